package io.mmulab;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class PackageDescriptionTest {

    @Test
    void rootPackageIsNullMarked() {
        assertThat(MmuLabApplication.class.getPackage().isAnnotationPresent(NullMarked.class)).isTrue();
    }
}
