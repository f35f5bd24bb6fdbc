//! prtAlertTable → alerts.

use super::answers::{Answers, Texts, index};
use crate::{
    mib::alert::{AlertCode, AlertGroup, Severity, Training},
    model::{Alert, Category, Fact, Rule, Source, Sure, Who},
};
use alloc::{collections::BTreeMap, vec::Vec};
use snmp_core::oid::Oid;

const ALERT_ENTRY: Oid<'static> = snmp_core::oid!(1.3.6.1.2.1.43.18.1.1);

/// One alert a row, standing ones too. A row in which everything is 0 and empty is no alert (some agents fill their
/// table with them).
pub(super) fn read(answers: &Answers<'_>, texts: &Texts) -> Vec<Alert> {
    let mut rows: BTreeMap<Vec<u32>, Alert> = BTreeMap::new();
    for (column, arcs, cell) in answers.table(ALERT_ENTRY) {
        if !matches!(column, 2..=9) {
            continue;
        }
        let alert = rows
            .entry(arcs)
            .or_insert_with_key(|arcs| Alert::new(index(arcs.clone()), cell.source()));
        let known = |number: Fact<i32>| (number.value >= 0).then_some(number);
        match column {
            2 => alert.severity = cell.listed(Severity::from_number),
            3 => alert.training = cell.listed(Training::from_number),
            4 => alert.group = cell.signed_as(AlertGroup::from_number),
            5 => alert.group_index = cell.signed().and_then(known),
            6 => alert.location = cell.signed().and_then(known),
            7 => alert.code = cell.signed_as(AlertCode::from_number),
            8 => alert.description = texts.general(&cell),
            _ => alert.time = cell.unsigned(),
        }
    }
    rows.into_values()
        .filter(|alert| !is_phantom(alert))
        .map(|mut alert| {
            alert.category = category(&alert);
            alert.who = who(&alert);
            alert
        })
        .collect()
}

fn is_phantom(alert: &Alert) -> bool {
    alert.description.is_none()
        && alert.code.is_none_or(|code| code.value.number() == 0)
        && alert.group.is_none_or(|group| group.value.number() == 0)
        && alert.severity.is_none_or(|severity| severity.value.number() == 0)
        && alert.training.is_none_or(|training| training.value.number() == 0)
}

/// What an alert is about: its code says it, for a subunit's codes together with the group.
fn category(alert: &Alert) -> Option<Fact<Category>> {
    let group = alert.group.map(|group| group.value);
    let code = alert.code?;
    let (finisher, event) = code.value.split();
    let of_group = |otherwise| match group {
        _ if finisher.is_some() => otherwise,
        Some(AlertGroup::INPUT) => Category::Paper,
        Some(AlertGroup::OUTPUT) => Category::Output,
        Some(AlertGroup::MARKER_SUPPLIES) => Category::Supply,
        Some(AlertGroup::COVER) => Category::Cover,
        Some(AlertGroup::CHANNEL | AlertGroup::INTERPRETER) => Category::Connection,
        _ => otherwise,
    };
    let category = match event {
        8 => Category::Jam,
        3 | 5 | 18 | 501 => Category::Cover,
        4 | 6 | 7 | 19..=21 | 23 | 24 | 27 | 28 => Category::State,
        9 | 25 | 26 => of_group(Category::Hardware),
        10 | 11 => Category::Part,
        12 | 13 => of_group(Category::Supply),
        14 | 15 => of_group(Category::Output),
        16 | 17 => of_group(Category::Part),
        22 => Category::Connection,
        29..=38 => Category::Hardware,
        502..=507 => Category::State,
        801 | 807..=810 | 813 => Category::Paper,
        802..=806 => Category::Paper,
        811 | 812 => Category::Hardware,
        901..=903 => Category::Output,
        904 => Category::Hardware,
        // The fuser is cold when the device wakes: a state as long as the printer goes on.
        1001 if !alert.is_critical() => Category::State,
        1001..=1004 => Category::Hardware,
        1005 => Category::State,
        1101..=1110 | 1113..=1115 => Category::Supply,
        1111 | 1112 => Category::Part,
        1301..=1304 => Category::Paper,
        1501..=1509 => Category::State,
        1801 => Category::State,
        _ if says_only_state(alert) => Category::State,
        _ => Category::Other,
    };
    Some(Fact::new(
        category,
        Source::derived(code.source.offset()?, Rule::Combined, Sure::Medium),
    ))
}

/// Texts of standing alerts: "Ready", "Sleep", "Energiesparen".
fn says_only_state(alert: &Alert) -> bool {
    alert
        .description
        .as_ref()
        .is_some_and(|text| super::status::is_idle(&text.value) || super::status::is_sleep(&text.value))
}

/// The training level says it; a device that gives none leaves jams, paper, covers and outputs to the user.
fn who(alert: &Alert) -> Option<Fact<Who>> {
    let by_training = alert.training.and_then(|training| {
        let who = match training.value {
            Training::Untrained => Who::User,
            Training::Trained | Training::Management => Who::Operator,
            Training::FieldService => Who::Service,
            Training::NoIntervention => Who::Nobody,
            _ => return None,
        };
        Some(training.saying(who))
    });
    by_training.or_else(|| {
        let category = alert.category?;
        let who = match category.value {
            Category::Jam | Category::Paper | Category::Cover | Category::Output => Who::User,
            Category::State => Who::Nobody,
            _ => return None,
        };
        Some(Fact::new(who, category.source.sure_to(Sure::Low)))
    })
}
