// SPDX-License-Identifier: Apache-2.0
package xdev;

import mpjbuf.Buffer;
import mpjdev.Request;
import mpjdev.Status;

/** Signature only. */
public interface Device {

    int getSendOverhead();

    int getRecvOverhead();

    Request isend(Buffer message, ProcessID destination, int tag, int context) throws XDevException;

    Request irecv(Buffer landing, ProcessID source, int tag, int context, Status status) throws XDevException;
}
