// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bitreduce.CorruptFrameException;
import org.bitreduce.RankFailedException;
import org.bitreduce.transport.Board;
import org.bitreduce.transport.RankThreads;
import org.bitreduce.transport.SmallGather;
import org.bitreduce.transport.Waiter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that ranks show each other in shared memory. */
@Timeout(60)
class SharedBoardTest {

    private static final int RECORD = 300;
    private static final int TURNS = 2_000;

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /** A board of all ranks of a transport, opened. */
    private static Board board(SharedMemoryTransport transport, long tag) {
        int[] all = IntStream.range(0, transport.size()).toArray();
        Board board = transport.inPlace().board(all, RECORD);
        byte[][] places = SmallGather.gather(transport, bytes(board.place()), tag, Ends.DEADLINE);
        for (int peer : all) {
            if (peer != transport.rank()) {
                board.open(peer, ByteBuffer.wrap(places[peer]).getLong());
            }
        }
        return board;
    }

    /** The length of a rank's record, whose bytes are all the lower byte of it. */
    private static int length(int rank, int turn) {
        return 1 + new SplittableRandom(31L * turn + rank).nextInt(RECORD);
    }

    private static void show(Board board, int rank, int turn) {
        int length = length(rank, turn);
        board.own().asSlice(0, length).fill((byte) length);
        board.show(length);
    }

    private static MemorySegment await(SharedMemoryTransport transport, Board board, int peer) {
        Waiter waiter = new Waiter(transport, Ends.DEADLINE);
        while (board.of(peer) == null) {
            waiter.idle(transport.progress());
            assertTrue(!waiter.isExpired(), "rank " + transport.rank() + " waits in vain for rank " + peer);
        }
        return board.of(peer);
    }

    @ParameterizedTest(name = "{1} ranks, {0}")
    @CsvSource({"THREADS, 2", "THREADS, 3", "THREADS, 8", "MAPPED, 2", "MAPPED, 5"})
    void everyRecordOfEveryTurnIsSeenByAll(Ends ends, int size) throws Exception {
        try (var group = ends.group(size)) {
            RankThreads.run(size, rank -> {
                try (SharedMemoryTransport transport = group.open(rank);
                        Board board = board(transport, 1)) {
                    long received = transport.traffic().receivedBytes();
                    long shown = 0;
                    for (int turn = 0; turn < TURNS; turn++) {
                        show(board, rank, turn);
                        for (int peer = 0; peer < size; peer++) {
                            if (peer != rank) {
                                MemorySegment record = await(transport, board, peer);
                                int length = length(peer, turn);
                                assertEquals(length, record.byteSize());
                                assertEquals((byte) length, record.get(ValueLayout.JAVA_BYTE, 0));
                                assertEquals((byte) length, record.get(ValueLayout.JAVA_BYTE, length - 1));
                                assertTrue(record.isReadOnly());
                                shown += length;
                            }
                        }
                    }
                    assertEquals(shown, transport.traffic().receivedBytes() - received);
                }
            });
        }
    }

    /** Ranks 2 and 0 are members 0 and 1; rank 1 knows nothing of it. */
    @Test
    void aBoardOfSomeRanksNumbersThemItself() throws Exception {
        try (var group = Ends.THREADS.group(3)) {
            RankThreads.run(3, rank -> {
                try (SharedMemoryTransport transport = group.open(rank)) {
                    Board board = rank == 1 ? null : transport.inPlace().board(new int[] {2, 0}, RECORD);
                    byte[][] places =
                            SmallGather.gather(transport, bytes(board == null ? -1 : board.place()), 1, Ends.DEADLINE);
                    if (board != null) {
                        int other = rank == 2 ? 1 : 0;
                        board.open(other, ByteBuffer.wrap(places[2 - rank]).getLong());
                        show(board, rank, 7);
                        assertEquals(
                                length(2 - rank, 7),
                                await(transport, board, other).byteSize());
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRecordShownBeforeLeavingIsSeenAndALaterOneIsMissed(Ends ends) throws Exception {
        try (var group = ends.group(2)) {
            RankThreads.run(2, rank -> {
                try (SharedMemoryTransport transport = group.open(rank)) {
                    Board board = board(transport, 1);
                    show(board, rank, 0);
                    if (rank == 0) {
                        await(transport, board, 1);
                        return; // without the second turn
                    }
                    Thread.sleep(200);
                    await(transport, board, 0);
                    show(board, rank, 1);
                    var e = assertThrows(RankFailedException.class, () -> await(transport, board, 0));
                    assertTrue(e.getMessage().contains("rank 0"), e.getMessage());
                    assertTrue(e.getMessage().contains("left"), e.getMessage());
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, RECORD + 64, Long.MAX_VALUE})
    void aLengthThatCannotBeIsRefused(long length) {
        try (LocalGroup group = LocalGroup.of(2);
                SharedMemoryTransport zero = SharedMemoryGroup.threads(group, 0, Duration.ofSeconds(20));
                SharedMemoryTransport one = SharedMemoryGroup.threads(group, 1, Duration.ofSeconds(20))) {
            Board there = zero.inPlace().board(new int[] {0, 1}, RECORD);
            Board here = one.inPlace().board(new int[] {0, 1}, RECORD);
            here.open(0, there.place());
            there.show(8);
            one.inPlace().view(0, there.place(), 64).set(ValueLayout.JAVA_LONG_UNALIGNED, 8, length);
            here.show(8);
            var e = assertThrows(CorruptFrameException.class, one::progress);
            assertTrue(e.getMessage().contains("rank 0"), e.getMessage());
            assertTrue(e.getMessage().contains(length + " bytes"), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 20, 5L << 40, Long.MAX_VALUE})
    void aPlaceThatCannotBeIsRefused(long place) {
        try (LocalGroup group = LocalGroup.of(2);
                SharedMemoryTransport zero = SharedMemoryGroup.threads(group, 0, Duration.ofSeconds(20));
                SharedMemoryTransport one = SharedMemoryGroup.threads(group, 1, Duration.ofSeconds(20))) {
            zero.inPlace().board(new int[] {0, 1}, RECORD);
            Board here = one.inPlace().board(new int[] {0, 1}, RECORD);
            assertThrows(CorruptFrameException.class, () -> here.open(0, place));
            assertNull(here.of(0));
        }
    }

    /** A pool of one mebibyte holds some thousand boards: more than that are made, used and left. */
    @ParameterizedTest
    @EnumSource
    void aBoardThatAllHaveLeftIsFreed(Ends ends) throws Exception {
        try (var group = ends.group(2)) {
            RankThreads.run(2, rank -> {
                try (SharedMemoryTransport transport = group.open(rank, Ends.DEADLINE, 1 << 20)) {
                    for (int i = 0; i < 3_000; i++) {
                        try (Board board = board(transport, i)) {
                            show(board, rank, i);
                            assertEquals(
                                    length(1 - rank, i),
                                    await(transport, board, 1 - rank).byteSize());
                        }
                    }
                }
            });
        }
    }
}
