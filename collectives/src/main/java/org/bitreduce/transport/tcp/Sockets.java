// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.transport.tcp;

import java.io.Closeable;
import java.io.IOException;

/** Closing what may be broken already. */
final class Sockets {

    private Sockets() {}

    /** Closes, and only logs what goes wrong. */
    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            System.getLogger(Sockets.class.getName()).log(System.Logger.Level.DEBUG, "closing " + socket, e);
        }
    }
}
