use core::net::SocketAddr;

use crate::message::Version;
use crate::oid::Oid;
use crate::pdu::{ErrorStatus, PduType};
use crate::security::SecurityLevel;
use crate::time::Instant;
use crate::value::Value;
use crate::varbind::VarBind;

/// The objects that a responder answers from: the MIB view of one context, as RFC 3416 §4.2 reads and writes it.
///
/// Names are in lexicographic order. A value that is made up on the spot may be lent from the view's own memory,
/// which is why reading takes `&mut self`. Objects can be read only unless the methods of the two-phase SET are there.
pub trait MibView {
    /// A request begins; what follows belongs to it. For views whose values depend on time or on who asks.
    fn begin(&mut self, request: &Request<'_>) {
        let _ = request;
    }

    /// The value of exactly this instance; [`Value::NoSuchObject`] where no object type has the name's prefix,
    /// [`Value::NoSuchInstance`] where the object type has no such instance (RFC 3416 §4.2.1).
    ///
    /// # Errors
    /// [`GenErr`] when the value cannot be read.
    fn get(&mut self, name: Oid<'_>) -> Result<Value<'_>, GenErr>;

    /// The first instance behind this name, `None` at the end (RFC 3416 §4.2.2).
    ///
    /// # Errors
    /// [`GenErr`] when its value cannot be read.
    fn next(&mut self, name: Oid<'_>) -> Result<Option<VarBind<'_>>, GenErr>;

    /// First phase of a SET: whether the assignment could be made. Nothing changes yet.
    ///
    /// Called for every variable binding of the request, in their order, before the first
    /// [`commit`](Self::commit); [`finish`](Self::finish) ends the SET whatever came of it.
    ///
    /// # Errors
    /// The first that applies, in the order of RFC 3416 §4.2.5: noAccess, notWritable, wrongType, wrongLength,
    /// wrongEncoding, wrongValue, noCreation, inconsistentName, notWritable once more (the object is writable, this
    /// instance is not), inconsistentValue, resourceUnavailable, genErr.
    fn test(&mut self, name: Oid<'_>, value: &Value<'_>) -> Result<(), ErrorStatus> {
        let _ = (name, value);
        Err(ErrorStatus::NotWritable)
    }

    /// Second phase: makes an assignment that was tested.
    ///
    /// # Errors
    /// [`GenErr`] when it fails all the same; what was committed before is undone then.
    fn commit(&mut self, name: Oid<'_>, value: &Value<'_>) -> Result<(), GenErr> {
        let _ = (name, value);
        Err(GenErr)
    }

    /// Takes back every commit of this SET.
    ///
    /// # Errors
    /// [`GenErr`] when that is not possible (the answer is undoFailed then).
    fn undo(&mut self) -> Result<(), GenErr> {
        Ok(())
    }

    /// The SET is over: what [`undo`](Self::undo) would need can go.
    fn finish(&mut self) {}
}

/// An object can't be read or written for a reason that no other error-status names (genErr, RFC 3416 §4.2.1).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, thiserror::Error)]
#[error("genErr")]
#[expect(clippy::exhaustive_structs, reason = "the error has no more to say")]
pub struct GenErr;

/// Who asks for what, as a view may need to know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Request<'a> {
    /// When it arrived.
    pub now: Instant,
    /// Where it came from.
    pub from: SocketAddr,
    /// The version of its message.
    pub version: Version,
    /// How it was secured; noAuthNoPriv for a community.
    pub level: SecurityLevel,
    /// GET, GETNEXT, GETBULK or SET.
    pub pdu_type: PduType,
    /// contextName; for a community, the one that it stands for.
    pub context: &'a [u8],
}

impl<V: MibView + ?Sized> MibView for alloc::boxed::Box<V> {
    fn begin(&mut self, request: &Request<'_>) {
        (**self).begin(request);
    }

    fn get(&mut self, name: Oid<'_>) -> Result<Value<'_>, GenErr> {
        (**self).get(name)
    }

    fn next(&mut self, name: Oid<'_>) -> Result<Option<VarBind<'_>>, GenErr> {
        (**self).next(name)
    }

    fn test(&mut self, name: Oid<'_>, value: &Value<'_>) -> Result<(), ErrorStatus> {
        (**self).test(name, value)
    }

    fn commit(&mut self, name: Oid<'_>, value: &Value<'_>) -> Result<(), GenErr> {
        (**self).commit(name, value)
    }

    fn undo(&mut self) -> Result<(), GenErr> {
        (**self).undo()
    }

    fn finish(&mut self) {
        (**self).finish();
    }
}
