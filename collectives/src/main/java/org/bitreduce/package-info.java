// SPDX-License-Identifier: Apache-2.0
/** The public API: communicators, codecs and the outcome of a collective. */
package org.bitreduce;
