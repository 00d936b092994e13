package dev.rejoinder.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rejoinder.kernel.error.Refusal;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OffloadTest {
    private final Recorded observer = new Recorded();

    @Test
    void anAnswerIsSentOnceAndCompletesTheCallOnAVirtualThread() throws InterruptedException {
        Offload.answer(observer, () -> Thread.currentThread().isVirtual());

        assertThat(observer.next()).isEqualTo(true);
        assertThat(observer.next()).isEqualTo("completed");
    }

    @Test
    void aStreamSendsItsMessagesInOrder() throws InterruptedException {
        Offload.stream(observer, out -> List.of(1, 2, 3).forEach(out::onNext));

        assertThat(List.of(observer.next(), observer.next(), observer.next()))
                .isEqualTo(List.of(1, 2, 3));
        assertThat(observer.next()).isEqualTo("completed");
    }

    @Test
    void whatTheWorkThrowsEndsTheCallInsteadOfCompletingIt() throws InterruptedException {
        Refusal refusal = Refusal.notFound("run", "r1");

        Offload.stream(
                observer,
                out -> {
                    out.onNext(1);
                    throw refusal;
                });

        assertThat(observer.next()).isEqualTo(1);
        assertThat(observer.next()).isSameAs(refusal);
        assertThat(observer.calls).isEmpty();
    }

    private static final class Recorded implements StreamObserver<Object> {
        final BlockingQueue<Object> calls = new LinkedBlockingQueue<>();

        Object next() throws InterruptedException {
            Object call = calls.poll(10, TimeUnit.SECONDS);
            assertThat(call).as("the call ended within ten seconds").isNotNull();
            return call;
        }

        @Override
        public void onNext(Object value) {
            calls.add(value);
        }

        @Override
        public void onError(Throwable failure) {
            calls.add(failure);
        }

        @Override
        public void onCompleted() {
            calls.add("completed");
        }
    }
}
