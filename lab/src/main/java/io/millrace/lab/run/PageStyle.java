package io.millrace.lab.run;

/** How the page looks: by day and by night, on a wall and in a hand. */
final class PageStyle {
    static final String CSS = """
            :root{color-scheme:light dark;--ground:#fff;--ink:#1c2330;--faint:#566072;--line:#dde1e9;--soft:#f3f5f9;
            --good:#14532d;--goodground:#e3f4e8;--bad:#8c1d18;--badground:#fde7e5;
            --fault:#f8d19b;--healing:#fdf0dc;--acked:#1d4ed8;--silent:#d92d20}
            @media(prefers-color-scheme:dark){:root{--ground:#14171c;--ink:#e6e9ef;--faint:#a3acba;--line:#343b47;--soft:#1f242c;
            --good:#a7e3bb;--goodground:#12351f;--bad:#ffb4ab;--badground:#4a1512;
            --fault:#704a14;--healing:#33281a;--acked:#82aaff;--silent:#ff6b5e}}
            *{box-sizing:border-box}
            body{font:15px/1.5 system-ui,"DejaVu Sans",sans-serif;margin:0 auto;max-width:1100px;padding:1.5rem 1rem 3rem;
            background:var(--ground);color:var(--ink)}
            h1{font-size:1.5rem;line-height:1.2;margin:0 0 .3rem}h2{font-size:1.1rem;margin:2.2rem 0 .6rem}
            p{margin:.5rem 0}.note{color:var(--faint);font-size:.9rem}
            .verdict{padding:.7rem 1rem;border-radius:6px;margin:1rem 0;font-weight:600}
            .good{background:var(--goodground);color:var(--good)}.bad{background:var(--badground);color:var(--bad)}
            .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.2rem,1fr));gap:.6rem;padding:0;list-style:none}
            .tiles li{border:1px solid var(--line);border-radius:6px;padding:.5rem .8rem}
            .tiles b{display:block;font-size:1.3rem;font-variant-numeric:tabular-nums}.tiles span{color:var(--faint);font-size:.85rem}
            .wide{overflow-x:auto}
            table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
            th,td{text-align:right;padding:.28rem .6rem;border-bottom:1px solid var(--line);white-space:nowrap}
            th{font-weight:600;color:var(--faint);vertical-align:bottom}
            .narrow{width:auto;min-width:min(100%,26rem)}.narrow td{white-space:normal}
            .words th,.words td,th.word,td.word{text-align:left}.words td{white-space:normal}
            .words th{white-space:nowrap;vertical-align:top;width:1%}
            code{background:var(--soft);padding:.5rem .7rem;border-radius:4px;display:block;overflow-wrap:anywhere}
            .plot{display:block;width:100%;min-width:780px;height:auto;border:1px solid var(--line);border-radius:6px}
            .plot text{font:11px system-ui,"DejaVu Sans",sans-serif;fill:var(--faint)}.plot .label{fill:var(--ink)}
            .grid{stroke:var(--line);fill:none}.fault{fill:var(--fault)}.healing{fill:var(--healing)}
            .acked{stroke:var(--acked);stroke-width:1.4;fill:none;stroke-linejoin:round}.silent{fill:var(--silent)}
            .key{display:inline-block;width:.8rem;height:.8rem;border-radius:2px;vertical-align:-.1rem;margin:0 .3rem 0 .8rem}
            .key:first-child{margin-left:0}
            @media print{body{max-width:none}.wide{overflow:visible}}
            """;

    private PageStyle() {}
}
