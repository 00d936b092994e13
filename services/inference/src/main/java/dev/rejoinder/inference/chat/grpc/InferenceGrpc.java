package dev.rejoinder.inference.chat.grpc;

import dev.rejoinder.inference.InferenceNode;
import dev.rejoinder.inference.chat.ChatRequest;
import dev.rejoinder.inference.routing.RoutingTable;
import dev.rejoinder.inference.routing.ServedVersion;
import dev.rejoinder.proto.inference.v1.GenerateRequest;
import dev.rejoinder.proto.inference.v1.GenerateResponse;
import dev.rejoinder.proto.inference.v1.InferenceServiceGrpc;
import dev.rejoinder.proto.inference.v1.ListModelsRequest;
import dev.rejoinder.proto.inference.v1.ListModelsResponse;
import dev.rejoinder.proto.inference.v1.ServedModel;
import dev.rejoinder.proto.inference.v1.StreamGenerateRequest;
import dev.rejoinder.proto.inference.v1.StreamGenerateResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import jakarta.inject.Inject;

/**
 * The same chats over gRPC. Methods return at once and answer from virtual threads: a handler that
 * blocked would hear of a cancellation only afterwards.
 */
@GrpcService
@RegisterInterceptor(ClientGone.class)
public class InferenceGrpc extends InferenceServiceGrpc.InferenceServiceImplBase {
    private final InferenceNode node;

    @Inject
    public InferenceGrpc(InferenceNode node) {
        this.node = node;
    }

    @Override
    public void generate(GenerateRequest wire, StreamObserver<GenerateResponse> observer) {
        GrpcCall<GenerateResponse> call = call(observer);
        call.answer(() -> {
            GrpcChats chats = chats();
            ChatRequest request = chats.request(wire);
            node.chats().answer(request, new WholeReplies(call, chats, request));
        });
    }

    @Override
    public void streamGenerate(
            StreamGenerateRequest wire, StreamObserver<StreamGenerateResponse> observer) {
        GrpcCall<StreamGenerateResponse> call = call(observer);
        call.answer(() -> {
            GrpcChats chats = chats();
            ChatRequest request = chats.request(wire.getRequest());
            node.chats().answer(request, new ReplyPieces(call, chats, request));
        });
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
        ListModelsResponse.Builder response = ListModelsResponse.newBuilder();
        RoutingTable table = node.router().table();
        for (ServedVersion served : node.router().served())
            response.addModels(
                    ServedModel.newBuilder()
                            .setVersion(served.version())
                            .setShare(table.share(served))
                            .setContextLength(node.model().info().contextLength()));
        observer.onNext(response.build());
        observer.onCompleted();
    }

    private GrpcChats chats() {
        return new GrpcChats(node.model().tokenizer(), node.settings().trainingConsentDefault());
    }

    private static <R> GrpcCall<R> call(StreamObserver<R> observer) {
        return new GrpcCall<>((ServerCallStreamObserver<R>) observer);
    }
}
