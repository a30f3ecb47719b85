// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.mpj;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MpjBootstrapTest {

    /** As mpjrun 0.44 writes it. */
    private static final String CONFIGURATION = "#temp line;#Number of Processes;2;#Protocol Switch Limit;131072;"
            + "#Entry, HOST_NAME/IP@READPORT@WRITEPORT@RANK@DEBUGPORT;127.0.0.1@0@0@0@0;127.0.0.1@0@0@1@2;"
            + "#Server Name;vm;#Server Port;40002";

    private static String[] split(String args) {
        return args.replace("CONF", CONFIGURATION).split("\\|", -1);
    }

    @ParameterizedTest
    @CsvSource({
        "0|2|smpdev, ''",
        "1|2|smpdev|a|b c, a|b c",
        "1|CONF|niodev|--rate|0.1, --rate|0.1",
        "0|1|hybdev|2|2|1|CONF|niodev|x, x"
    })
    void recognisesWhatMpjrunPasses(String args, String application) {
        assertEquals(true, MpjArguments.startedByMpjrun(split(args)));
        String[] expected = application.isEmpty() ? new String[0] : split(application);
        assertArrayEquals(expected, MpjArguments.applicationArguments(split(args)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "0|2",
                "0|2|fast",
                "a|2|smpdev",
                "0|two|smpdev",
                "|2|smpdev",
                "-1|2|smpdev",
                "0|mpj.conf|niodev",
                "0|1|hybdev|2",
                "--np|4|niodev",
                "99999999999|2|smpdev"
            })
    void leavesOtherArgumentsAlone(String args) {
        assertEquals(false, MpjArguments.startedByMpjrun(split(args)));
    }
}
