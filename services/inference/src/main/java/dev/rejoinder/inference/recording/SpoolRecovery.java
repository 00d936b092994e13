package dev.rejoinder.inference.recording;

import dev.rejoinder.kernel.log.Log;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What a process that was killed left behind. A torn tail is cut off: nobody got an answer for what
 * stood there, because answers wait for the disk.
 *
 * @param end position behind the last whole entry
 * @param pending entries that Kafka has not acknowledged
 */
record SpoolRecovery(long end, long pending) {
    private static final Log LOG = Log.of(SpoolRecovery.class);

    static SpoolRecovery of(Path folder, long cursor) throws IOException {
        List<Segment> segments = Segment.in(folder);
        long end = cursor;
        long pending = 0;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            if (!last && segments.get(i + 1).start() <= cursor) {
                Files.delete(segment.file());
                continue;
            }
            Segment.Read read =
                    segment.read(Math.max(cursor, segment.start()), Long.MAX_VALUE, Long.MAX_VALUE);
            pending += read.entries().size();
            end = Math.max(end, read.end());
            if (read.end() < segment.end()) mend(segment, read.end(), last);
        }
        removeIfEmpty(segments);
        return new SpoolRecovery(end, pending);
    }

    private static void mend(Segment segment, long end, boolean last) throws IOException {
        LOG.warn(
                last
                        ? "cutting a torn tail off the spool; nobody was answered for it"
                        : "a spool segment is damaged; the rest of it is skipped",
                "file",
                segment.file(),
                "count",
                segment.end() - end);
        if (!last) return;
        try (FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
            channel.truncate(end - segment.start());
            channel.force(true);
        }
    }

    private static void removeIfEmpty(List<Segment> segments) throws IOException {
        if (segments.isEmpty()) return;
        Segment last = segments.getLast();
        if (last.bytes() == 0) Files.delete(last.file());
    }
}
