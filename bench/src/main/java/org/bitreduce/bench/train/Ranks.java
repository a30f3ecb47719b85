// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitreduce.bench.train.TrainResult.RankReport;

/** Where the ranks ran and what they sent. */
final class Ranks {

    private static final int HOST_WORDS = 4;

    private Ranks() {}

    /**
     * {@return every rank's report, on every rank}
     *
     * @param gradientBytes that this rank sent for gradients in the whole run
     * @param earlierSentBytes that this rank sent for everything before this process took over
     */
    static List<RankReport> describe(GradientExchange exchange, long gradientBytes, long earlierSentBytes) {
        long[] mine = new long[3 + HOST_WORDS];
        mine[0] = ProcessHandle.current().pid();
        mine[1] = gradientBytes;
        mine[2] = earlierSentBytes + exchange.sentBytes();
        byte[] host = Arrays.copyOf(hostName().getBytes(StandardCharsets.UTF_8), HOST_WORDS * Long.BYTES);
        ByteBuffer.wrap(host).asLongBuffer().get(mine, 3, HOST_WORDS);
        List<RankReport> reports = new ArrayList<>();
        for (long[] row : RankTable.gather(exchange, mine)) {
            ByteBuffer name = ByteBuffer.allocate(HOST_WORDS * Long.BYTES);
            name.asLongBuffer().put(row, 3, HOST_WORDS);
            String text = new String(name.array(), StandardCharsets.UTF_8).replace("\0", "");
            reports.add(new RankReport(row[0], text, row[1], row[2]));
        }
        return reports;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "unknown";
        }
    }
}
