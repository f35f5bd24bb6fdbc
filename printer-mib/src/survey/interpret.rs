//! Varbinds → model: what the standard objects say, whichever survey brought them.
//!
//! Total and pure: any set of varbinds gives a [`Printer`], in time O(n log n). Rows are joined by all arcs of their
//! index, whatever their number; missing columns are missing facts; of a name that came twice the later value counts.

mod alerts;
mod answers;
mod colors;
mod counters;
mod device_id;
mod hardware;
mod identity;
mod makers;
mod media;
mod model_text;
mod status;
mod supplies;

use self::answers::{Answers, Texts};
use crate::{
    arena::Arena,
    mib::object,
    model::{Printer, Sections},
};

/// Reads a printer out of the varbinds that it answered; `sections` says how far the survey came.
#[must_use]
pub fn interpret(arena: Arena, sections: Sections) -> Printer {
    let mut printer = Printer {
        sections,
        ..Printer::default()
    };
    {
        let answers = Answers::new(&arena);
        let texts = Texts::new(&answers);
        printer.has_printer_mib = !answers.under(object::PRINTER_MIB).is_empty();
        printer.up_time = answers
            .first(object::SYS_UP_TIME)
            .and_then(|cell| cell.number())
            .and_then(|ticks| Some(ticks.saying(u32::try_from(ticks.value).ok()?)));
        let devices = identity::Devices::read(&answers, &texts);
        let names = identity::Names::read(&answers, &texts, &devices);
        printer.supplies = supplies::read(&answers, &texts);
        printer.counters = counters::read(&answers);
        printer.trays = media::trays(&answers, &texts);
        printer.outputs = media::outputs(&answers, &texts);
        printer.covers = media::covers(&answers, &texts);
        printer.alerts = alerts::read(&answers, &texts);
        printer.status = status::read(&answers, &texts, &devices, &printer.alerts);
        printer.hardware = hardware::read(&answers, &texts, &devices, &names, &printer);
        printer.identity = names.identity;
    }
    printer.arena = arena;
    printer
}
