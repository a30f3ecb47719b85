// SPDX-License-Identifier: Apache-2.0
package mpjbuf;

/** Signature only. */
public interface RawBuffer {}
