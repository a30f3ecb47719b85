// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerTest {

    @ParameterizedTest
    @CsvSource({
        "camelCase,camel case",
        "XMLReader,xml reader",
        "readXML,read xml",
        "getHTTPResponseCode,get http response code",
        "MAX_VALUE,max value",
        "utf8Name,utf 8 name",
        "'a.b(c, D)',a b c d",
        "'  all\\Thais  ',all thais",
        "Größe,größe",
        "'',''",
        "'...',''"
    })
    void cutsWordsAndIdentifiers(String text, String words) {
        List<String> found = new ArrayList<>();
        Tokenizer.split(text, found::add);
        assertEquals(words, String.join(" ", found));
    }

    @ParameterizedTest
    @CsvSource({"31,31", "32,32", "33,32", "1000,32"})
    void cutsLongWordsOff(int length, int kept) {
        List<String> found = new ArrayList<>();
        Tokenizer.split("x".repeat(length), found::add);
        assertEquals(List.of("x".repeat(kept)), found);
    }
}
