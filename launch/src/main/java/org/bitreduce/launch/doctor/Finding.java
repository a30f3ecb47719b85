// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.launch.doctor;

/**
 * What a check has found.
 *
 * @param check what was looked at
 * @param level how bad it is
 * @param text what was found, with its value
 * @param cure what to do, one line; empty if nothing
 */
record Finding(String check, Level level, String text, String cure) {

    /** How bad it is. */
    enum Level {
        /** As it should be. */
        OK,
        /** Something does not work or is slow; the rest works. */
        WARN,
        /** Jobs will not run. */
        FAIL
    }

    static Finding ok(String check, String text) {
        return new Finding(check, Level.OK, text, "");
    }

    static Finding warn(String check, String text, String cure) {
        return new Finding(check, Level.WARN, text, cure);
    }

    static Finding fail(String check, String text, String cure) {
        return new Finding(check, Level.FAIL, text, cure);
    }
}
