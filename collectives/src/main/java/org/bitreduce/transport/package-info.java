// SPDX-License-Identifier: Apache-2.0
/** Moving messages between ranks: the posting and polling interface, one package below per transport. */
package org.bitreduce.transport;
