package io.mmulab.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DocumentationAddressTest {

    @Test
    void namesTheAddressThatTheServerListensOn() {
        assertThat(announcementFor("127.0.0.1"))
                .isEqualTo("MMU Lab: API documentation at http://127.0.0.1:8080/swagger-ui.html,"
                        + " OpenAPI at http://127.0.0.1:8080/v3/api-docs");
    }

    @Test
    void putsAnIpv6AddressInBrackets() {
        assertThat(announcementFor("::1")).contains("http://[::1]:8080/swagger-ui.html");
    }

    @Test
    void saysLocalhostWhereTheServerListensOnEveryAddress() {
        assertThat(announcementFor("0.0.0.0")).contains("http://localhost:8080/swagger-ui.html");
        assertThat(announcementFor("::")).contains("http://localhost:8080/swagger-ui.html");
    }

    private static String announcementFor(String serverAddress) {
        return new DocumentationAddress(serverAddress, "/swagger-ui.html", "/v3/api-docs").announcement(8080);
    }
}
