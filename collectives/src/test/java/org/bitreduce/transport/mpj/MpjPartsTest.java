// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.bitreduce.CollectiveTimeoutException;
import org.bitreduce.TransportException;
import org.bitreduce.transport.NativePool;
import org.junit.jupiter.api.Test;

/** The parts of the transport that need no MPJ Express. */
class MpjPartsTest {

    private final BufferPool pool = new BufferPool();

    @Test
    void payloadsAreAlignedZeroedAndFitTheirHeaders() {
        for (long bytes : new long[] {1, 63, 64, 4096, 4097, 1_000_001}) {
            try (MpjBuffer buffer = pool.allocate(bytes)) {
                assertEquals(bytes, buffer.segment().byteSize());
                assertEquals(0, buffer.segment().address() % 64);
                assertEquals(-1, buffer.segment().mismatch(MemorySegment.ofArray(new byte[(int) bytes])));
                for (int overhead : new int[] {0, 49, 81}) {
                    MemorySegment view = buffer.sendView(overhead, bytes);
                    long room = overhead + 8L + MpjBuffer.HEADER;
                    assertEquals(buffer.segment().address(), view.address() + room);
                    assertEquals(room + bytes, view.byteSize());
                }
                assertTrue(buffer.landingView(0).byteSize() >= 4096, "a short surprise lands");
                assertTrue(buffer.landingView(bytes - 1).byteSize() >= MpjDevice.MIN_LANDING);
                buffer.segment().fill((byte) 1);
            }
        }
    }

    @Test
    void closedBuffersAreUsedAgainAndClean() {
        MpjBuffer first = pool.allocate(10_000);
        first.segment().fill((byte) 7);
        long address = first.segment().address();
        first.close();
        MpjBuffer second = pool.allocate(9_999);
        assertEquals(address, second.segment().address());
        assertEquals(-1, second.segment().mismatch(MemorySegment.ofArray(new byte[9_999])));
        assertNotEquals(address, pool.allocate(10_000).segment().address());
    }

    @Test
    void sizeClassesWasteAtMostAnEighth() {
        for (long bytes = 1; bytes < 1L << 31; bytes += 1 + bytes / 7) {
            long size = NativePool.sizeClass(bytes);
            assertTrue(size >= bytes && size - bytes <= Math.max(64, bytes / 8), "bytes=" + bytes + " size=" + size);
            assertEquals(0, size % 64, "bytes=" + bytes);
        }
    }

    @Test
    void headersReadBackAtTheirOffset() {
        MpjBuffer buffer = pool.allocate(100);
        buffer.writeHeader(Long.MAX_VALUE - 5, 123_456_789, -3);
        assertEquals(Long.MAX_VALUE - 5, buffer.tag(0));
        assertEquals(123_456_789, buffer.length(0));
        assertEquals(-3, buffer.streamOrOffset(0));
    }

    @Test
    void whatHeadersOverwriteIsRestored() {
        MpjBuffer buffer = pool.allocate(100);
        buffer.segment().copyFrom(MemorySegment.ofArray(ascending()));
        byte[] saved = new byte[8 + MpjBuffer.HEADER];
        buffer.save(60, saved);
        buffer.landingView(60).asSlice(0, 24).fill((byte) -1);
        assertEquals(36, buffer.segment().mismatch(MemorySegment.ofArray(ascending())));
        buffer.restore(60, saved);
        assertEquals(-1, buffer.segment().mismatch(MemorySegment.ofArray(ascending())));
    }

    private static byte[] ascending() {
        byte[] bytes = new byte[100];
        for (int i = 0; i < 100; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    @Test
    void requestsGoRoundAndRefuseMisuse() {
        MpjRequest request = new MpjRequest();
        request.beginSend(2);
        assertThrows(IllegalStateException.class, request::beginReceive);
        request.sent();
        assertFalse(request.completeSend());
        request.sent();
        assertFalse(request.isDone());
        assertTrue(request.completeSend());
        assertTrue(request.isDone());
        request.beginReceive();
        assertFalse(request.isDone());
        assertThrows(IllegalStateException.class, request::message);
        MemorySegment message = MemorySegment.ofArray(new byte[3]);
        request.completeReceive(message);
        assertSame(message, request.message());
        assertThrows(IllegalStateException.class, () -> request.beginSend(1));
        request.release();
        request.beginSend(0);
        assertTrue(request.isDone());
    }

    @Test
    void peersIntroduceThemselves() throws IOException {
        Peer self = Peer.self(3, 131_072);
        Peer read = Peer.read(3, new DataInputStream(new ByteArrayInputStream(self.toBytes())));
        assertEquals(self, read);
        assertTrue(self.toBytes().length < 500);
        assertTrue(self.toString().contains("pid " + ProcessHandle.current().pid()));
    }

    @Test
    void deadProcessesAreToldFromLivingOnes() throws Exception {
        Process process = new ProcessBuilder("sleep", "30").start();
        long started = Processes.started(process.pid());
        assertTrue(Processes.isAlive(process.pid(), started));
        if (started != 0) {
            assertFalse(Processes.isAlive(process.pid(), started + 1), "another process with the same id");
        }
        process.destroyForcibly().waitFor();
        assertEquals(started == 0, Processes.isAlive(process.pid(), started));
    }

    @Test
    void callsOfMpjHaveADeadline() {
        assertEquals(5, Patience.call("five", Duration.ofSeconds(5), () -> 5));
        CollectiveTimeoutException late = assertThrows(
                CollectiveTimeoutException.class,
                () -> Patience.call("sleeping", Duration.ofMillis(30), () -> {
                    Thread.sleep(20_000);
                    return null;
                }));
        assertTrue(late.getMessage().contains("sleeping"), late.getMessage());
        TransportException failed = assertThrows(
                TransportException.class,
                () -> Patience.call("failing", Duration.ofSeconds(5), () -> {
                    throw new IOException("no route");
                }));
        assertTrue(failed.getMessage().contains("no route"), failed.getMessage());
    }
}
