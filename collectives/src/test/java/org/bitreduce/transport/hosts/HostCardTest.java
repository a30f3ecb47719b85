// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What proves that two ranks share a host. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class HostCardTest {

    @TempDir
    Path directory;

    @Test
    void whoReadsTheFileSharesTheHost() throws Exception {
        HostCard card = HostCard.of(directory, "c0ffee");
        assertFalse(card.provesOwnHost(), "no file");
        Files.writeString(directory.resolve(HostCard.FILE), "c0ffee");
        assertTrue(card.provesOwnHost());
        HostCard received = HostCard.read(card.toBytes());
        assertEquals(card, received);
        assertTrue(received.provesOwnHost());
    }

    /** Containers with a folder of the same name but not the same memory, and kernels that share a network's folder. */
    @Test
    void neitherNamesNorFilesAloneProveIt() throws Exception {
        Files.writeString(directory.resolve(HostCard.FILE), "c0ffee");
        assertFalse(HostCard.of(directory, "decaf").provesOwnHost(), "another file of that name");
        HostCard own = HostCard.of(directory, "c0ffee");
        assertFalse(new HostCard(own.home() + "1", own.directory(), own.secret()).provesOwnHost(), "another kernel");
        assertFalse(HostCard.none().provesOwnHost(), "no memory to share");
    }

    @Test
    void aPathThatIsTooLongForACardSharesNothing() {
        HostCard card = HostCard.of(Path.of("/" + "a".repeat(800)), "c0ffee");
        assertEquals(HostCard.none(), card);
        assertEquals(HostCard.BYTES, card.toBytes().length);
    }
}
