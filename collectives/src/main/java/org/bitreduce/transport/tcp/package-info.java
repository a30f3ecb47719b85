// SPDX-License-Identifier: Apache-2.0
/**
 * Messages between hosts over TCP, with nothing but the JDK. {@link org.bitreduce.transport.tcp.TcpGroup} is the way in;
 * ranks find each other through a {@link org.bitreduce.transport.tcp.MeetingPoint}, or by whatever else can pass a few
 * bytes from every rank to every other.
 */
package org.bitreduce.transport.tcp;
