package dev.rejoinder.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceLockTest {
    @Test
    void aSecondInstanceOnTheSameFolderIsRefusedUntilTheFirstEnds(@TempDir Path root) {
        DataFolder folder = new DataFolder(root);
        try (InstanceLock first = InstanceLock.take(folder)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> InstanceLock.take(folder))
                    .isInstanceOf(CannotGoOn.class)
                    .hasMessageContaining(root.toString())
                    .hasMessageContaining("./rejoinder down");
        }

        try (InstanceLock second = InstanceLock.take(folder)) {
            assertThat(second).isNotNull();
        }
    }

    @Test
    void portsAreKeptUntilSomebodyElseTakesOne(@TempDir Path root) throws Exception {
        DataFolder folder = new DataFolder(root);
        Ports first = Ports.of(folder);

        assertThat(Ports.of(folder)).isEqualTo(first);

        try (var taken =
                new java.net.ServerSocket(
                        first.kafka(), 1, java.net.InetAddress.getLoopbackAddress())) {
            Ports second = Ports.of(folder);
            assertThat(second.kafka()).isNotEqualTo(taken.getLocalPort());
            assertThat(second.postgres()).isEqualTo(first.postgres());
        }
    }

    @Test
    void theRecordOfADeadProcessIsNoPlatform(@TempDir Path root) throws Exception {
        DataFolder folder = new DataFolder(root);
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        new PlatformRecord(gone.pid(), "127.0.0.1", 8080, "127.0.0.1:9092", "now").write(folder);

        assertThat(PlatformRecord.read(folder)).isEmpty();
    }

    @Test
    void aProcessThatBeganAfterTheRecordIsAnotherOne(@TempDir Path root) {
        DataFolder folder = new DataFolder(root);
        long pid = ProcessHandle.current().pid();
        Instant began = ProcessHandle.current().info().startInstant().orElseThrow();

        record(pid, began.minusSeconds(60)).write(folder);
        assertThat(PlatformRecord.read(folder)).isEmpty();

        record(pid, began.plusSeconds(60)).write(folder);
        assertThat(PlatformRecord.read(folder)).map(PlatformRecord::pid).contains(pid);
    }

    private static PlatformRecord record(long pid, Instant writtenAt) {
        return new PlatformRecord(pid, "127.0.0.1", 8080, "127.0.0.1:9092", writtenAt.toString());
    }
}
