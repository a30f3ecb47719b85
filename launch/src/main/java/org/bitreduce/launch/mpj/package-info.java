// SPDX-License-Identifier: Apache-2.0
/** Starting ranks by the mpjrun of MPJ Express. */
package org.bitreduce.launch.mpj;
