// SPDX-License-Identifier: Apache-2.0
/** Where ranks run: on this host, or on those of a machines file through a remote shell and an agent on each. */
package org.bitreduce.launch.hosts;
