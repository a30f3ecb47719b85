// SPDX-License-Identifier: Apache-2.0
package org.bitreduce.bench.train.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.bitreduce.bench.OutputFile;

/**
 * A report as one HTML file that needs nothing else: style and pictures are within. Readable in light and dark, and on
 * paper. Confined to one thread.
 */
public final class HtmlPage {

    private static final Pattern NUMBER = Pattern.compile("[-+\u2212]?\\d.*|-?");
    private static final Map<String, String> VERDICTS =
            Map.of("better", "good", "worse", "bad", "no difference shown", "v");

    private static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1b1f24; --faint: #5f6b7a; --rule: #d4dae2; --paper: #fff; --shade: #f4f6f9;
              --good: #1a7f37; --bad: #b42318; }
            @media screen and (prefers-color-scheme: dark) {
              :root { --ink: #e4e8ee; --faint: #9aa6b5; --rule: #3a4350; --paper: #14181d; --shade: #1d232a; --good: #56c271; --bad: #ff8278; } }
            body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: var(--ink); background: var(--paper);
              max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.5rem; margin: 0 0 .2rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
            p { margin: .4rem 0; } .note { color: var(--faint); }
            .scroll { overflow-x: auto; --shadow: rgb(128 128 128 / .4); background:
                linear-gradient(var(--paper), var(--paper)) left / 2rem 100% no-repeat local,
                linear-gradient(var(--paper), var(--paper)) right / 2rem 100% no-repeat local,
                linear-gradient(to right, var(--shadow), transparent) left / .7rem 100% no-repeat scroll,
                linear-gradient(to left, var(--shadow), transparent) right / .7rem 100% no-repeat scroll; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92em; }
            th, td { padding: .25rem .7rem .25rem 0; text-align: left; border-bottom: 1px solid var(--rule); vertical-align: top; }
            th { color: var(--faint); font-weight: 600; } td.n, th.n { text-align: right; } td.n, td:first-child, tbody th { white-space: nowrap; } td.v { white-space: nowrap; color: var(--faint); }
            td.good { color: var(--good); font-weight: 600; } td.bad { color: var(--bad); font-weight: 600; }
            td code { overflow-wrap: anywhere; }
            figure { margin: 1rem 0 1.5rem; overflow-x: auto; } figcaption { font-weight: 600; }
            figure > svg { width: 100%; height: auto; } svg text { font-size: 12px; fill: var(--faint); }
            .grid { stroke: var(--rule); stroke-width: 1; } .axis { stroke: var(--faint); stroke-width: 1; }
            path { fill: none; stroke-width: 1.8; stroke-linejoin: round; } .bar { stroke-width: 1.4; }
            .dashed { stroke-dasharray: 6 3; } .dotted { stroke-dasharray: 1.5 3; } .dashed circle, .mark { stroke-dasharray: none; fill: none; }
            .legend { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; font-size: .9em; }
            .legend svg { width: 24px; height: 16px; margin-right: .4rem; vertical-align: -3px; }
            @media screen and (max-width: 44rem) { svg text { font-size: 20px; } path, .bar { stroke-width: 2.6; }
              tr > :first-child { position: sticky; left: 0; min-width: 7rem; max-width: 9.5rem; background: var(--paper); white-space: normal !important; } }
            @media print { body { margin: 0; max-width: none; font-size: 10pt; } figure, tr { break-inside: avoid; }
              h2 { break-after: avoid; } .scroll, figure { overflow: visible; } .scroll { background: none; } }
            """;

    private final StringBuilder body = new StringBuilder();
    private final String title;

    /**
     * Begins a page with a heading.
     *
     * @param title plain text
     */
    public HtmlPage(String title) {
        this.title = title;
        body.append("<h1>").append(escape(title)).append("</h1>\n");
    }

    /**
     * Adds a heading.
     *
     * @param text plain
     * @return this
     */
    public HtmlPage heading(String text) {
        body.append("<h2>").append(escape(text)).append("</h2>\n");
        return this;
    }

    /**
     * Adds a paragraph in faint type.
     *
     * @param text plain
     * @return this
     */
    public HtmlPage note(String text) {
        body.append("<p class=\"note\">").append(escape(text)).append("</p>\n");
        return this;
    }

    /**
     * Adds a table; numbers are set to the right, and the words better and worse in colour.
     *
     * @param head of the columns, plain text
     * @param rows plain text, as many cells as the head
     * @return this
     */
    public HtmlPage table(List<String> head, List<List<String>> rows) {
        body.append("<div class=\"scroll\"><table><thead><tr>");
        for (int i = 0; i < head.size(); i++) {
            body.append(isNumeric(rows, i) ? "<th class=\"n\">" : "<th>")
                    .append(escape(head.get(i)))
                    .append("</th>");
        }
        body.append("</tr></thead><tbody>\n");
        rows.forEach(this::row);
        body.append("</tbody></table></div>\n");
        return this;
    }

    private void row(List<String> cells) {
        body.append("<tr>");
        for (String cell : cells) {
            body.append("<td class=\"")
                    .append(style(cell))
                    .append("\">")
                    .append(escape(cell))
                    .append("</td>");
        }
        body.append("</tr>\n");
    }

    /** {@return whether a column has numbers, which stand to the right, and its head over them} */
    private static boolean isNumeric(List<List<String>> rows, int column) {
        return !rows.isEmpty()
                && rows.stream().allMatch(row -> style(row.get(column)).equals("n"));
    }

    private static String style(String cell) {
        if (NUMBER.matcher(cell).matches()) {
            return "n";
        }
        return VERDICTS.getOrDefault(cell, "");
    }

    /**
     * Adds a table of names and values.
     *
     * @param facts plain text
     * @return this
     */
    public HtmlPage facts(Map<String, String> facts) {
        body.append("<div class=\"scroll\"><table><tbody>\n");
        facts.forEach((name, value) ->
                body.append("<tr><th>%s</th><td><code>%s</code></td></tr>%n".formatted(escape(name), escape(value))));
        body.append("</tbody></table></div>\n");
        return this;
    }

    /**
     * Adds a chart.
     *
     * @param chart drawn now
     * @return this
     */
    public HtmlPage chart(SvgChart chart) {
        body.append(chart.toHtml());
        return this;
    }

    /**
     * Writes the page.
     *
     * @param file replaced as a whole
     * @throws IOException if it cannot be written; the message names it and says why
     */
    public void write(Path file) throws IOException {
        OutputFile.replace(file, """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <style>
                %s%s</style>
                </head>
                <body>
                %s</body>
                </html>
                """.formatted(escape(title), Palette.css(), STYLE, body));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
