package dev.rejoinder.lm.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.rejoinder.lm.ComputeDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
    @ParameterizedTest
    @CsvSource({
        "auto, 0, cpu()",
        "auto, 2, gpu(0)",
        "cpu, 2, cpu()",
        "gpu, 1, gpu(0)",
        "GPU:1, 2, gpu(1)"
    })
    void aModelLiesWhereItWasAskedFor(String wanted, int gpus, String device) {
        assertThat(Placement.of(ComputeDevice.of(wanted), gpus))
                .isEqualTo(
                        device.startsWith("gpu")
                                ? Device.gpu(device.charAt(4) - '0')
                                : Device.cpu());
    }

    @Test
    void aGpuThatIsNotThereIsRefusedWithThoseThatAre() {
        assertThatThrownBy(() -> Placement.of(ComputeDevice.of("gpu:2"), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "gpu:2 is not there: libtorch sees cpu, gpu:0, gpu:1; choose one of these,"
                                + " or let the process see more GPUs (CUDA_VISIBLE_DEVICES)");
        assertThatThrownBy(() -> Placement.of(ComputeDevice.of("gpu"), 0))
                .hasMessageContaining("gpu:0 is not there: libtorch sees cpu;")
                .hasMessageContaining("PYTORCH_FLAVOR=cu128");
    }

    @ParameterizedTest
    @CsvSource({"tpu", "gpu:", "gpu:-1", "gpu:x", "''"})
    void anotherNameIsNoDevice(String name) {
        assertThatThrownBy(() -> ComputeDevice.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is none of auto, cpu, gpu, gpu:N");
    }
}
