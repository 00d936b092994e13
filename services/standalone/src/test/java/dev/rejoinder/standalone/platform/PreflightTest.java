package dev.rejoinder.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
    @Test
    void aPortInUseIsNamedWithTheWayOut() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Preflight.checkAddress("127.0.0.1", taken.getLocalPort()))
                    .isInstanceOf(CannotGoOn.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()))
                    .hasMessageContaining("--port");
        }
    }

    @Test
    void tooLittleMemoryOrDiskIsNamedWithBothFigures(@TempDir Path folder) {
        assertThatThrownBy(() -> Preflight.checkMemory(100, 3000))
                .hasMessageContaining("100")
                .hasMessageContaining("3000");
        assertThatThrownBy(() -> Preflight.checkDisk(new DataFolder(folder), Long.MAX_VALUE >> 20))
                .hasMessageContaining("--data-dir");
        assertThatCode(() -> Preflight.checkDisk(new DataFolder(folder), 1))
                .doesNotThrowAnyException();
    }

    @Test
    void onlyLoopbackIsSaidToBeThisMachineOnly() {
        assertThat(ListeningLine.of("127.0.0.1", 8080)).contains("this machine only");
        assertThat(ListeningLine.of("0.0.0.0", 8080))
                .contains("warning")
                .contains("other machines");
    }
}
