package dev.rejoinder.preferences;

import dev.rejoinder.kernel.jdbc.Schema;
import dev.rejoinder.kernel.kafka.Clients;
import dev.rejoinder.kernel.kafka.KafkaSettings;
import dev.rejoinder.kernel.kafka.Topics;
import dev.rejoinder.preferences.mining.Curator;
import dev.rejoinder.preferences.mining.Ledger;
import dev.rejoinder.preferences.mining.Miner;
import dev.rejoinder.preferences.mining.Rules;
import dev.rejoinder.preferences.mining.grpc.CallSettings;
import dev.rejoinder.preferences.mining.grpc.RemotePolicy;
import dev.rejoinder.preferences.mining.grpc.RemoteScorer;
import dev.rejoinder.preferences.mining.jdbc.JdbcLedger;
import dev.rejoinder.proto.inference.v1.InferenceServiceGrpc;
import dev.rejoinder.proto.reward.v1.RewardServiceGrpc;
import dev.rejoinder.testkit.kafka.EmbeddedKafka;
import dev.rejoinder.testkit.postgres.PostgresServer;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL, a real Kafka where it is needed, and both neighbours behind real gRPC; started
 * once for a class.
 */
final class Parts implements AutoCloseable {
    static final Rules RULES =
            new Rules(
                    new Rules.OnPolicy(5, 1, 128, 2),
                    new Rules.BestOfN(0, 8, 128, 0.05),
                    new Rules.Curation(0, -1.6, 3, 0.9));
    static final CallSettings CALLS =
            new CallSettings(0.7, 0.9, 4, Duration.ofSeconds(20), Duration.ofSeconds(20));

    final TestingInference inference = new TestingInference();
    final TestingReward reward = new TestingReward();
    final Clients clients;
    final Topics topics;
    final Jdbi jdbi;
    private final @Nullable EmbeddedKafka kafka;
    private final PostgresServer postgres;
    private final Server server;
    private final ManagedChannel channel;

    private Parts(@Nullable EmbeddedKafka kafka) {
        this.kafka = kafka;
        postgres = PostgresServer.temporary();
        KafkaSettings settings = settings(bootstrapServers());
        clients = new Clients(settings);
        topics = new Topics(settings);
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(postgres.jdbcUrl());
        jdbi = Schema.open(source, PreferencesNode.NAME);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            server =
                    NettyServerBuilder.forAddress(anyPort)
                            .addService(inference)
                            .addService(reward)
                            .build()
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                        .usePlaintext()
                        .build();
    }

    static Parts start(Path folder) {
        return new Parts(EmbeddedKafka.start(folder, 0));
    }

    static Parts withoutKafka() {
        return new Parts(null);
    }

    int grpcPort() {
        return server.getPort();
    }

    String bootstrapServers() {
        return kafka == null ? "127.0.0.1:1" : kafka.bootstrapServers();
    }

    String jdbcUrl() {
        return postgres.jdbcUrl();
    }

    Ledger ledger() {
        return new JdbcLedger(jdbi, new Curator(RULES.curation()), Clock.systemUTC());
    }

    Miner miner(Rules rules) {
        return new Miner(
                rules,
                new RemotePolicy(InferenceServiceGrpc.newBlockingStub(channel), CALLS),
                new RemoteScorer(RewardServiceGrpc.newBlockingStub(channel), CALLS),
                ledger());
    }

    /** As on the first day. */
    void forgetEverything() {
        jdbi.useHandle(handle ->
                handle.execute(
                        "truncate preferences.signals, preferences.pairs,"
                                + " preferences.rejections restart identity"));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        if (kafka != null) kafka.close();
        postgres.close();
    }

    private static KafkaSettings settings(String servers) {
        return new KafkaSettings() {
            @Override
            public String bootstrapServers() {
                return servers;
            }

            @Override
            public int partitions() {
                return 2;
            }

            @Override
            public short replication() {
                return 1;
            }

            @Override
            public Duration retention() {
                return Duration.ofDays(1);
            }
        };
    }
}
