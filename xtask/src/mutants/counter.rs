//! What is planted in the counter, and which test must see it.

use super::Mutant;

/// Defects of the counter and of what it learns. A new invariant that matters gets a line here, with the test that guards it.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "the guard's comparison with the floor flipped",
        file: "src/steps/guard.rs",
        from: "base.minus(discount_up(base, depth_bp)) >= must_bring;",
        to: "base.minus(discount_up(base, depth_bp)) <= must_bring;",
        caught_by: &["--test", "books", "a_random_month_keeps_its_books"],
    },
    Mutant {
        name: "a sale to staff with an offer of the guest",
        file: "src/flow/quote.rs",
        from: "(PurchaseKind::Staff, _) => Some(self.staff_allowance(open, at)),
            (kind, _) if kind != PurchaseKind::Sale => None,",
        to: "(PurchaseKind::Staff, Choice::None) => Some(self.staff_allowance(open, at)),
            (kind, Choice::None) if kind != PurchaseKind::Sale => None,",
        caught_by: &[
            "--test",
            "hard_rules",
            "a_sale_to_staff_gets_the_allowance_and_no_offer_whatever_is_chosen",
        ],
    },
    Mutant {
        name: "a paid visit that takes another basket",
        file: "src/flow/counter.rs",
        from: "if let Some(receipt) = &visit.settled {",
        to: "if let Some(receipt) = visit.settled.as_ref().filter(|_| false) {",
        caught_by: &["--test", "hard_rules", "a_paid_visit_and_one_that_may_be_paid_take_no_code"],
    },
    Mutant {
        name: "yesterday's name that sells today",
        file: "src/flow/sign_on.rs",
        from: "(*day == self.time.local(at).business_day)",
        to: "(*day <= self.time.local(at).business_day)",
        caught_by: &["--test", "barista", "a_sign_on_outlives_a_restart"],
    },
    Mutant {
        name: "synchronous lowered from FULL",
        file: "src/store/open.rs",
        from: "Durability::Full => \"FULL\",",
        to: "Durability::Full => \"NORMAL\",",
        caught_by: &["--lib", "store::open::tests::the_file_is_opened_with_wal_and_full_and_one_writer"],
    },
    Mutant {
        name: "records and outbox written outside the settle transaction",
        file: "src/flow/closing.rs",
        from: "        let kept = self.store.change(|change| {
            // First, so that the record takes the pages that the charge gives up.
            charges::mark(change, &purchase.receipt, ChargeState::Done, Some(&answer))?;
            let (record, decision) = books.tell(change, salts)?;
",
        to: "        let told = self.store.change(|change| books.tell(change, salts))?;
        let kept = self.store.change(|change| {
            charges::mark(change, &purchase.receipt, ChargeState::Done, Some(&answer))?;
            let (record, decision) = told;
",
        caught_by: &["--test", "atomic", "a_sale_that_cannot_be_written_leaves_nothing_behind"],
    },
    Mutant {
        name: "a piece that is charged without the marking code that it needs",
        file: "src/flow/settle.rs",
        from: "if quote.kind.is_charged() {\n            PricedBasket::check_charged",
        to: "if !quote.kind.is_charged() {\n            PricedBasket::check_charged",
        caught_by: &[
            "--test",
            "till",
            "a_piece_that_needs_its_code_is_a_line_of_its_own_and_is_not_paid_before_it_is_scanned",
        ],
    },
    Mutant {
        name: "a draft that stays in front of the barista while it is sold",
        file: "src/flow/settle.rs",
        from: "set_draft(change, &draft.rest)?;",
        to: "set_draft(change, &draft.whole)?;",
        caught_by: &["--test", "draft", "what_is_sold_is_no_draft"],
    },
    Mutant {
        name: "a sale from elsewhere that takes the sale in front of the barista away",
        file: "src/flow/settle.rs",
        from: "self.settle_of(visit, (pays, None), at)",
        to: "self.settle_noted(visit, (pays, \"\"), at)",
        caught_by: &["--test", "draft", "what_is_sold_from_elsewhere_leaves_the_sale_in_front_of_the_screen"],
    },
    Mutant {
        name: "wrong PINs that nobody counts",
        file: "src/flow/pin.rs",
        from: "        tries.missed(at);\n",
        to: "        let _uncounted = at;\n",
        caught_by: &["--test", "pin", "who_guesses_waits_also_after_a_restart"],
    },
    Mutant {
        name: "a counter that forgets what was noted before the register was spoken to",
        file: "src/flow/resume.rs",
        from: "ChargeJournal::new(&mut self.store, &kept.receipt, kept.note.clone());",
        to: "ChargeJournal::new(&mut self.store, &kept.receipt, None);",
        caught_by: &["--test", "register_faults", "register_and_books_have_the_same_once"],
    },
    Mutant {
        name: "a lost answer sent again to a register that knows no key",
        file: "src/flow/journal.rs",
        from: "Outcome::NotDone { .. } if may_repeat => job.send(register, &mut journal, shorter),",
        to: "Outcome::NotDone { .. } | Outcome::Unknown { .. } => job.send(register, &mut journal, shorter),",
        caught_by: &["--test", "register_faults", "register_and_books_have_the_same_once"],
    },
    Mutant {
        name: "a journal that is written after the register was asked",
        file: "src/devices/ikassa/smartx_client.rs",
        from: "        match journal.note(&receipt.total.0.to_string()) {
            Ok(()) => self.operate(\"SALE\", receipt, deadline),
",
        to: "        let outcome = self.operate(\"SALE\", receipt, deadline);
        match journal.note(&receipt.total.0.to_string()) {
            Ok(()) => outcome,
",
        caught_by: &["--test", "register_faults", "register_and_books_have_the_same_once"],
    },
    Mutant {
        name: "a lost answer taken for a refusal",
        file: "src/devices/ikassa/smartx_client.rs",
        from: "Err(Lost::AfterSending(reason)) => return Err(Outcome::Unknown { reason }),",
        to: "Err(Lost::AfterSending(reason)) => return Err(not_done(reason)),",
        caught_by: &["--test", "register_faults", "register_and_books_have_the_same_once"],
    },
    Mutant {
        name: "a register's other total taken for ours",
        file: "src/flow/settle.rs",
        from: "Outcome::Done { reference, total } if total == charge.net() => {",
        to: "Outcome::Done { reference, total } if total >= charge.net() => {",
        caught_by: &["--test", "register_faults", "register_and_books_have_the_same_once"],
    },
    Mutant {
        name: "a used code that is good once more",
        file: "src/flow/identify.rs",
        from: "if self.store.code_was_used(&verified.code)? || self.waits_for_review(&verified.code) {",
        to: "if self.waits_for_review(&verified.code) {",
        caught_by: &["--test", "code_visit", "a_used_code_stays_used_after_a_restart"],
    },
    Mutant {
        name: "a code whose phone need not have signed it",
        file: "src/wire/code/proof.rs",
        from: "if !pass.phone.verifies(&self.proof.message(&self.pass), &self.signature) {",
        to: "if self.signature == [0; 64] {",
        caught_by: &["--test", "code_campaign", "no_bad_code_of_any_kind_is_taken"],
    },
    Mutant {
        name: "a window that is as wide for a picture as for a slow phone",
        file: "src/wire/code/clock.rs",
        from: "if behind { ERROR_MS } else { -ERROR_MS };",
        to: "if behind { ERROR_MS } else { ERROR_MS };",
        caught_by: &["--lib", "the_window_begins_and_ends_where_it_says"],
    },
    Mutant {
        name: "a counter that never notices that its clock was set",
        file: "src/wire/code/clock/doubt.rs",
        from: "let believed = refused >= PHONES_ENOUGH",
        to: "let believed = refused > 2 * PHONES_ENOUGH",
        caught_by: &["--test", "code_campaign", "anew_when_its_clock_was_set"],
    },
    Mutant {
        name: "a claim to a membership that stays in the database",
        file: "src/store/memberships.rs",
        from: "SET given = ?, secret = NULL WHERE",
        to: "SET given = ? WHERE",
        caught_by: &["--test", "joined_card", "its_claim_is_never_in_the_database"],
    },
    Mutant {
        name: "a lease without an epoch",
        file: "src/store/leases.rs",
        from: "\"closed = 0 AND epoch = ?2\"",
        to: "\"closed = 0 AND ?2 > 0\"",
        caught_by: &["--test", "campaign", "a_backup_spends_nothing_that_was_lent_before_it"],
    },
    Mutant {
        name: "a lease that is spent whatever is left of it",
        file: "src/store/leases.rs",
        from: "WHERE id = ?1 AND closed = 0 AND money_left >= ?2 AND uses_left >= ?3",
        to: "WHERE id = ?1 AND closed = 0",
        caught_by: &["--lib", "a_lease_gives_no_more_than_it_has"],
    },
    Mutant {
        name: "a counter that does not overwrite what it frees",
        file: "src/store/open.rs",
        from: "PRAGMA secure_delete = ON",
        to: "PRAGMA secure_delete = OFF",
        caught_by: &["--test", "erasure"],
    },
    Mutant {
        name: "places from which rows were moved that keep what was erased",
        file: "src/store/slack.rs",
        from: "bytes.fill(0);",
        to: "continue;",
        caught_by: &["--lib", "although_it_was_moved_before"],
    },
    Mutant {
        name: "a neighbour whose signature nobody looks at",
        file: "src/flow/neighbour.rs",
        from: "if !copied.end.is_good(&neighbour.public, &head, &last.hash) {",
        to: "if copied.batch.is_empty() {",
        caught_by: &["--test", "next_door", "refused_in_a_sentence"],
    },
    Mutant {
        name: "a neighbour that takes a spare machine's word for what the burnt one wrote",
        file: "src/store/neighbours.rs",
        from: "counter = ?1 AND epoch = ?2 AND seq <= ?3",
        to: "counter = ?1 AND (epoch, seq) <= (?2, ?3)",
        caught_by: &["--test", "next_door", "lets_go_of_no_copy"],
    },
    Mutant {
        name: "a counter that keeps in copies whom it has erased",
        file: "src/store/erasures.rs",
        from: "neighbours::empty_copies(change)?;",
        to: "",
        caught_by: &["--test", "next_door", "name_nobody_who_was_erased"],
    },
    Mutant {
        name: "a counter that leaves erased payloads in its log",
        file: "src/flow/erase.rs",
        from: "self.overwrite_freed();",
        to: "",
        caught_by: &["--test", "erased"],
    },
    Mutant {
        name: "trees that may fall with depth",
        file: "src/learn/response/boost.rs",
        from: "\"monotone_constraints\": orders.join(\",\"),",
        to: "\"monotone_constraints\": orders.iter().map(|_| \"0\").collect::<Vec<_>>().join(\",\"),",
        caught_by: &["--lib", "learn::response::boost::tests::the_order_holds_on_every_path_and_on_a_grid"],
    },
    Mutant {
        name: "response that does not weigh by propensity",
        file: "src/learn/response/rows.rs",
        from: "let weight = 1.0 / row.propensity.unwrap_or(1.0);",
        to: "let weight = row.propensity.map_or(1.0, |_| 1.0);",
        caught_by: &["--lib", "learn::response::tests::rare_arms_are_cut_and_the_cut_is_said"],
    },
    Mutant {
        name: "an estimate that ignores how often an arm was drawn",
        file: "src/learn/evaluate/estimate.rs",
        from: "if row.chance() > 0.0 { wished / row.chance() } else { 0.0 }",
        to: "if row.chance() > 0.0 { wished } else { 0.0 }",
        caught_by: &["--test", "game", "a_rare_arm_is_worth_what_it_is_worth"],
    },
    Mutant {
        name: "a gate that takes the upper bound for the lower",
        file: "src/learn/evaluate/gate.rs",
        from: "if low.is_finite() && low > asked {",
        to: "if high.is_finite() && high > asked {",
        caught_by: &["--test", "game", "noise_is_no_gain_and_the_three_questions_share_one_alpha"],
    },
    Mutant {
        name: "a game judged by epochs that it has learned from",
        file: "src/learn/game/fit.rs",
        from: "evidence.only(|e| e.assignment.from >= cut)",
        to: "evidence.only(|_| true)",
        caught_by: &["--test", "game_in_force"],
    },
    Mutant {
        name: "a game judged beside a response that has seen the epochs on which it is judged",
        file: "src/flow/evidence.rs",
        from: "let rows = self.rows.as_ref()?.before(cut);",
        to: "let rows = self.rows.clone()?;",
        caught_by: &["--lib", "what_judges_the_game"],
    },
    Mutant {
        name: "trees of another menu that are still heard",
        file: "src/steps/offer/learned.rs",
        from: "if situation.menu_moved {",
        to: "if false {",
        caught_by: &["--test", "game", "while_the_menu_moves_the_trees_are_not_heard"],
    },
    Mutant {
        name: "a campaign that everybody has, whatever the lot says",
        file: "src/flow/spend.rs",
        from: "                && !kept_from(campaign)\n",
        to: "                && (true || !kept_from(campaign))\n",
        caught_by: &["--test", "campaign", "guests_whom_the_lot_keeps_from_it"],
    },
];
