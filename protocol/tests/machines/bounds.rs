//! What one faulty process costs the others (P1.8, P1.9, P6.3, P6.4, P8.4): verifications are counted, and
//! no signature is remembered, so that every one that is looked into counts.

mod client;
mod olympus;
mod replica;

use std::sync::Arc;

use bcr_protocol::bounds::Bounds;
use bcr_protocol::machine::Effect;
use bcr_protocol::message::{Evidence, Message};
use bcr_protocol::statement::Signed;

use crate::signing::{OLYMPUS, Signing, sent};

/// Far more than any bound allows.
const MANY: u32 = 10_000;
/// What a link carries in one message.
const FRAME_BYTES: usize = 16 << 20;

fn bounds(signing: &Signing) -> Bounds {
    Bounds::of(&signing.parameters, signing.clients as usize)
}

/// The request for reconfiguration among effects.
fn accusation(effects: &[Effect]) -> Option<(Message, Evidence)> {
    sent(effects)
        .into_iter()
        .find_map(|(to, message)| match &message {
            Message::ReconfigurationRequest(request) if to == OLYMPUS => {
                let evidence = request.evidence.clone();
                Some((message, evidence))
            }
            _ => None,
        })
}

/// A statement in the name of a replica that does not exist, with another's signature.
fn unsigned<T: Clone>(
    statement: &Arc<Signed<T>>,
    signing: &Signing,
    position: u32,
) -> Arc<Signed<T>> {
    let mut copy = Signed::clone(statement);
    copy.signer = signing.at(position);
    Arc::new(copy)
}
