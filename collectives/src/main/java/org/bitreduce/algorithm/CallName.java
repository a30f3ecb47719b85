// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.algorithm;

/**
 * A call in messages for people; put into words only when there is something to say.
 *
 * @param call the call
 * @param number its operation number
 */
record CallName(Call call, long number) {

    @Override
    public String toString() {
        return "%s %d of %d %s elements".formatted(call.operation(), number, call.count(), call.type());
    }
}
