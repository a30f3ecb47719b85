// SPDX-License-Identifier: Apache-2.0
/**
 * Signatures of MPJ Express 0.44, and nothing else: what the adapter of BitReduce calls, with bodies that throw. Compiled
 * against, never shipped. The real classes are those of MPJ Express (MIT licence), which {@code mpjrun} puts on the class
 * path.
 */
package mpjbuf;
