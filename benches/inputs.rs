//! Loaders of the outside data (`KPAX_SHARED`, default `../shared` beside the checkout) that tests and benches read.
