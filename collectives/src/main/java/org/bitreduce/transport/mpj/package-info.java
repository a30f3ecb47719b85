// SPDX-License-Identifier: Apache-2.0
/**
 * Messages between hosts through MPJ Express 0.44. {@link org.bitreduce.transport.mpj.Mpj} is the way in. Needs the jars
 * of MPJ Express on the class path, where {@code mpjrun} puts them.
 */
package org.bitreduce.transport.mpj;
