package io.mmulab.web;

/** Where the resources are. */
final class ApiPaths {
    static final String ROOT = "/api/v1";
    static final String MACHINES = ROOT + "/machines";
    static final String MACHINE = MACHINES + "/{machine}";
    static final String SPACES = MACHINE + "/address-spaces";
    static final String SPACE = SPACES + "/{addressSpace}";
    static final String DEVICES = MACHINE + "/devices";
    static final String DEVICE = DEVICES + "/{device}";

    private ApiPaths() {}
}
