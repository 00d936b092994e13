package dev.rejoinder.preferences.mining.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.rejoinder.proto.errors.v1.ErrorReason;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** Why another service refused a call. */
final class Reasons {
    private Reasons() {}

    static boolean is(StatusRuntimeException refusal, ErrorReason reason) {
        com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
        if (status == null) return false;
        try {
            for (Any detail : status.getDetailsList())
                if (detail.is(ErrorInfo.class)
                        && detail.unpack(ErrorInfo.class).getReason().equals(reason.name()))
                    return true;
            return false;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a refusal's details cannot be read", e);
        }
    }
}
