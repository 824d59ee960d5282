// Colours of states are those of HAProxy's page; each state is written in words
// as well.
#include "backend/web/status_page.h"

namespace groupring::backend {

std::string_view PageStyle() {
  return R"css(:root {
  --back: #fff; --text: #1b1f24; --faint: #57606a; --line: #d0d7de;
  --up: #c0ffc0; --part-down: #ffffa0; --down: #ff9090; --draining: #20a0ff;
  --filling: #ffd020; --disabled: #c07820; --unchecked: #e0e0e0;
  --on-dark: #fff; --on-light: #1b1f24;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171b; --text: #e6e9ec; --faint: #9aa4ae; --line: #3a424b;
    --up: #1d5a2b; --part-down: #6d6418; --down: #8c2525; --draining: #0f5c9c;
    --filling: #8a6508; --disabled: #7a4a10; --unchecked: #40474f;
    --on-dark: #fff; --on-light: #f2f4f6;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 0 1rem 2rem; max-width: 90rem;
  background: var(--back); color: var(--text);
  font: 15px/1.45 system-ui, sans-serif;
}
h1 { font-size: 1.4rem; margin: 1rem 0 .6rem; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
h3 { font-size: 1rem; margin: .8rem 0 .3rem; }
h1, h2, h3, th, td, li, dd, p { overflow-wrap: anywhere; }
thead th { white-space: nowrap; overflow-wrap: normal; }
tbody th { min-width: 5.5rem; }
tbody td { min-width: 3.5rem; }
td[data-label="keeps"] { white-space: nowrap; }
.banner {
  margin: .6rem 0; padding: .5rem .8rem; border-left: .4rem solid;
  border-color: var(--line); color: var(--on-light);
}
.banner h2 { margin: 0 0 .2rem; }
.banner ul { margin: 0; padding-left: 1.2rem; }
.banner.good { background: var(--up); }
.banner.warning { background: var(--part-down); }
.banner.bad { background: var(--down); }
.banner.out { background: var(--back); color: var(--text); }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; margin: .8rem 0; }
dt { color: var(--faint); font-size: .8rem; }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; }
th, td {
  text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line);
  vertical-align: top;
}
thead th { color: var(--faint); font-weight: normal; font-size: .85rem; }
tr.up > *, li.up { background: var(--up); color: var(--on-light); }
tr.part-down > *, li.part-down { background: var(--part-down);
  color: var(--on-light); }
tr.down > *, li.down { background: var(--down); color: var(--on-light); }
tr.draining > *, li.draining { background: var(--draining);
  color: var(--on-dark); }
tr.filling > *, li.filling { background: var(--filling);
  color: var(--on-light); }
tr.disabled > *, li.disabled { background: var(--disabled);
  color: var(--on-dark); }
tr.unchecked > *, li.unchecked { background: var(--unchecked);
  color: var(--on-light); }
#nodes tr > *, #checkers tr > * { background: none; color: inherit; }
#nodes tr.up > th, #checkers tr.up > th { background: var(--up);
  color: var(--on-light); }
#nodes tr.part-down > th, #checkers tr.part-down > th {
  background: var(--part-down); color: var(--on-light); }
#nodes tr.down > th, #checkers tr.down > th { background: var(--down);
  color: var(--on-light); }
progress { width: 5rem; height: .7rem; vertical-align: baseline; }
.legend {
  display: flex; flex-wrap: wrap; gap: .3rem; padding: 0; list-style: none;
  font-size: .8rem;
}
.legend li { padding: .1rem .5rem; }
.note { color: var(--faint); font-size: .85rem; margin: .4rem 0; }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
label { display: flex; flex-direction: column; color: var(--faint);
  font-size: .8rem; }
input, button { font: inherit; padding: .3rem .5rem; color: var(--text);
  background: var(--back); border: 1px solid var(--line); }
input { width: 15rem; max-width: 100%; font-size: 1rem; }
pre { overflow-x: auto; padding: .6rem .8rem; border: 1px solid var(--line);
  font-size: .85rem; }
footer { display: flex; flex-wrap: wrap; gap: .3rem 1rem; margin-top: 2rem;
  font-size: .85rem; }
a { color: inherit; }
@media (max-width: 45rem) {
  table, tbody, tr, th, td { display: block; }
  thead { display: none; }
  tr { margin: .5rem 0; border: 1px solid var(--line); }
  th, td, tbody td { border: 0; padding: .15rem .6rem; min-width: 0; }
  td { display: flex; gap: .5rem; align-items: baseline; flex-wrap: wrap; }
  td::before { content: attr(data-label); flex: 0 0 6rem; font-size: .8rem;
    opacity: .8; }
  td:empty { display: none; }
  label, input { width: 100%; }
}
)css";
}

}  // namespace groupring::backend
