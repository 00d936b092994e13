package dev.rejoinder.standalone.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A service from its own jar, as a process with addresses in its configuration. */
final class ServiceProcess implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final int port;

    private ServiceProcess(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    static ServiceProcess start(String service, Path folder, Map<String, String> configuration)
            throws IOException {
        Path jar =
                Path.of("..", service, "target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();
        if (!Files.exists(jar))
            throw new IllegalStateException(
                    jar + " is missing; run mvn verify, which packages first");
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("--add-modules=jdk.incubator.vector", "-Dai.djl.offline=true"));
        command.add("-Dquarkus.http.port=" + port);
        configuration.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-jar", jar.toString()));
        Path log = folder.resolve(service + ".log");
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(log.toFile())
                        .redirectErrorStream(true)
                        .start();
        return new ServiceProcess(process, log, port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Path log() {
        return log;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(40, java.util.concurrent.TimeUnit.SECONDS).join();
    }
}
