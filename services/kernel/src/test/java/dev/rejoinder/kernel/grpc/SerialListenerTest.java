package dev.rejoinder.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ServerCall;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SerialListenerTest {
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    @Test
    void theMessageIsPassedBeforeTheEndHoweverSlowItsHandlerIs() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        SerialListener<String> listener =
                new SerialListener<>(
                        new ServerCall.Listener<>() {
                            @Override
                            public void onMessage(String message) {
                                try {
                                    slow.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                seen.add(
                                        message
                                                + " on virtual "
                                                + Thread.currentThread().isVirtual());
                            }

                            @Override
                            public void onHalfClose() {
                                seen.add("end");
                            }
                        },
                        failures::add);

        listener.onMessage("message");
        listener.onHalfClose();
        slow.countDown();

        await().until(() -> seen.size() == 2);
        assertThat(seen).containsExactly("message on virtual true", "end");
    }

    @Test
    void noEventIsLostWhenThousandsComeWhileTheThreadIsJustEnding() {
        SerialListener<String> listener =
                new SerialListener<>(
                        new ServerCall.Listener<>() {
                            @Override
                            public void onMessage(String message) {
                                seen.add(message);
                            }
                        },
                        failures::add);
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            sent.add(String.valueOf(i));
            listener.onMessage(String.valueOf(i));
        }

        await().until(() -> seen.size() == sent.size());
        assertThat(seen).isEqualTo(sent);
    }

    @Test
    void whatAHandlerThrowsIsToldAndTheNextEventStillPasses() {
        SerialListener<String> listener =
                new SerialListener<>(
                        new ServerCall.Listener<>() {
                            @Override
                            public void onMessage(String message) {
                                throw new IllegalStateException(message);
                            }

                            @Override
                            public void onCancel() {
                                seen.add("cancel");
                            }
                        },
                        failures::add);

        listener.onMessage("broken");
        listener.onCancel();

        await().until(() -> seen.contains("cancel"));
        assertThat(failures).singleElement().satisfies(f -> assertThat(f).hasMessage("broken"));
    }
}
