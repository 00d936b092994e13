package dev.rejoinder.standalone.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.Properties;

/**
 * Ports of the embedded parts: chosen free once, then kept in the data folder, and chosen anew when
 * somebody else took one meanwhile.
 */
record Ports(int kafka, int postgres) {
    static Ports of(DataFolder folder) {
        Properties kept = load(folder);
        Ports ports = new Ports(keptOrFree(kept, "kafka"), keptOrFree(kept, "postgres"));
        ports.save(folder);
        return ports;
    }

    /** Whether this process could listen there now. */
    static boolean isFree(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A port nobody listens on at this moment. */
    static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new CannotGoOn("no port of the loopback address is free", e);
        }
    }

    private static int keptOrFree(Properties kept, String name) {
        String port = kept.getProperty(name, "");
        if (port.matches("[0-9]{4,5}") && isFree("127.0.0.1", Integer.parseInt(port)))
            return Integer.parseInt(port);
        return free();
    }

    private static Properties load(DataFolder folder) {
        Properties kept = new Properties();
        try (InputStream in = Files.newInputStream(folder.ports())) {
            kept.load(in);
        } catch (IOException e) {
            // The first start.
            kept.clear();
        }
        return kept;
    }

    private void save(DataFolder folder) {
        Properties kept = new Properties();
        kept.setProperty("kafka", String.valueOf(kafka));
        kept.setProperty("postgres", String.valueOf(postgres));
        try (OutputStream out = Files.newOutputStream(folder.ports())) {
            kept.store(out, "ports of the embedded parts");
        } catch (IOException e) {
            throw new CannotGoOn("the data folder " + folder.root() + " cannot be written", e);
        }
    }
}
