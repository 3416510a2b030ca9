/** The page's style. */
export const docsStyle = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
small { opacity: .7; font-weight: normal; }
form, label { display: grid; gap: .3rem; }
form { gap: 1rem; }
input, select, button { font: inherit; padding: .5rem; }
button { justify-self: start; cursor: pointer; }
label[hidden] { display: none; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .8rem; border: 1px solid; min-height: 2rem; }
td { padding: .2rem .8rem .2rem 0; vertical-align: top; }
`
