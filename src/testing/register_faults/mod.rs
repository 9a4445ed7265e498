//! Seeded schedules of faults between a real counter and real adapters on one side and modelled registers on
//! the other: messages that are lost, late, doubled or spoiled, and a crash of either side at every step.
//!
//! The cable is a simulated network with a clock of its own, so nothing waits. The models here share no code
//! with the simulators in Python. What must hold after each schedule is in [`stage`].

pub mod alfa_kassa;
pub mod atol;
pub mod ikassa;
pub mod manual;
pub mod network;
pub mod simulator;
pub mod stage;

use self::network::{Device, Network};
use super::random::Random;
use crate::devices::alfa_kassa::{AlfaKassaRegister, Shape};
use crate::devices::atol::{AtolRegister, Terms};
use crate::devices::http::Cable;
use crate::devices::ikassa::{SmartxRegister, TsrvRegister};
use crate::devices::manual::ManualRegister;
use crate::devices::simulator::SimulatorRegister;
use crate::ports::Register;

/// The enum, the list of all and their names from one list, so that none is forgotten by the campaign.
macro_rules! adapters {
    ($($(#[$doc:meta])* $adapter:ident = $name:literal,)*) => {
        /// An adapter under test.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Adapter {
            $($(#[$doc])* $adapter,)*
        }

        impl Adapter {
            /// All of them.
            pub const ALL: &[Adapter] = &[$(Adapter::$adapter,)*];

            /// Its name for people.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Adapter::$adapter => $name,)*
                }
            }
        }
    };
}

adapters! {
    /// Alfa-Kassa, whose orders cannot be asked for.
    AlfaKassa = "alfa_kassa",
    /// Alfa-Kassa, configured to ask for an order.
    AlfaKassaAsking = "alfa_kassa_asking",
    /// ATOL's web server.
    Atol = "atol",
    /// iKassa's register app.
    IkassaSmartx = "ikassa_smartx",
    /// iKassa's fiscal service.
    IkassaTsrv = "ikassa_tsrv",
    /// A register that a cashier works by hand.
    Manual = "manual",
    /// The simulated register.
    Simulator = "simulator",
}

impl Adapter {
    /// The defect of a counter that ignores its journal: for a register that knows our id, that is the id.
    #[must_use]
    pub const fn ignoring_the_journal(self) -> Defect {
        match self {
            Adapter::Atol | Adapter::Simulator => Defect::ForgetsId,
            Adapter::AlfaKassa
            | Adapter::AlfaKassaAsking
            | Adapter::IkassaSmartx
            | Adapter::IkassaTsrv
            | Adapter::Manual => Defect::ForgetsJournal,
        }
    }

    fn shape(self) -> Shape {
        match self {
            Adapter::AlfaKassaAsking => Shape {
                order_path: Some("/getOrder?orderNumber={number}".into()),
                total_field: Some("/total".into()),
                ..Shape::default()
            },
            _ => Shape::default(),
        }
    }

    /// The currency its register takes.
    #[must_use]
    pub const fn currency(self) -> &'static str {
        match self {
            Adapter::Atol => "RUB",
            Adapter::AlfaKassa
            | Adapter::AlfaKassaAsking
            | Adapter::IkassaSmartx
            | Adapter::IkassaTsrv
            | Adapter::Manual
            | Adapter::Simulator => "BYN",
        }
    }

    fn device(self) -> Box<dyn Device> {
        match self {
            Adapter::Atol => Box::new(atol::AtolModel::new()),
            Adapter::IkassaSmartx => Box::new(ikassa::SmartxModel::default()),
            Adapter::IkassaTsrv => Box::new(ikassa::TsrvModel::default()),
            Adapter::Manual => Box::new(manual::ManualModel::default()),
            Adapter::Simulator => Box::new(simulator::SimulatorModel::default()),
            Adapter::AlfaKassa | Adapter::AlfaKassaAsking => {
                Box::new(alfa_kassa::AlfaKassaModel::new(self == Adapter::AlfaKassaAsking))
            }
        }
    }

    /// The real adapter, as a counter has it after a start.
    fn register(self, cable: Box<dyn Cable>) -> Box<dyn Register> {
        match self {
            Adapter::Atol => Box::new(AtolRegister::through(cable, Terms::default())),
            Adapter::IkassaSmartx => {
                Box::new(SmartxRegister::through(cable, ikassa_terms(), Some(ikassa::PIN.into())))
            }
            Adapter::IkassaTsrv => {
                Box::new(TsrvRegister::through(cable, ikassa_terms(), Some(ikassa::PIN.into())))
            }
            Adapter::Manual => Box::new(ManualRegister::new(Box::new(manual::Cashier(cable)))),
            Adapter::Simulator => Box::new(SimulatorRegister::through(cable)),
            Adapter::AlfaKassa | Adapter::AlfaKassaAsking => {
                Box::new(AlfaKassaRegister::through(cable, self.shape()))
            }
        }
    }
}

fn ikassa_terms() -> crate::devices::ikassa::Terms {
    crate::devices::ikassa::Terms::default()
}

/// A defect to be planted: the campaign must find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// None.
    None,
    /// The counter forgets what was noted before sending.
    ForgetsJournal,
    /// A receipt gets another id each time it is asked for.
    ForgetsId,
    /// A lost answer is taken for *not done*.
    TakesLostForNotDone,
}

/// What a campaign has seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Schedules run.
    pub schedules: u64,
    /// Faults that struck.
    pub faults: u64,
    /// Crashes of the counter.
    pub crashes: u64,
    /// Sales that ended as done.
    pub sales: u64,
    /// Refunds that ended as done.
    pub refunds: u64,
    /// Receipts and refunds that a person had to look at.
    pub reviews: u64,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Tally) -> Tally {
        Tally {
            schedules: self.schedules + other.schedules,
            faults: self.faults + other.faults,
            crashes: self.crashes + other.crashes,
            sales: self.sales + other.sales,
            refunds: self.refunds + other.refunds,
            reviews: self.reviews + other.reviews,
        }
    }
}

/// Schedules that share one counter and one register before both begin anew.
const TOGETHER: u64 = 50;

/// Runs so many schedules from a seed.
///
/// # Errors
/// The first thing that did not hold, with its seed.
pub fn campaign(adapter: Adapter, schedules: u64, seed: u64, defect: Defect) -> Result<Tally, String> {
    let mut tally = Tally::default();
    let mut done = 0;
    while done < schedules {
        let count = TOGETHER.min(schedules - done);
        let own = seed.wrapping_add(done / TOGETHER);
        let network = Network::new(adapter.device(), Random::new(own));
        let mut stage = stage::Stage::new(adapter, network, defect, own)?;
        for nth in 0..count {
            stage
                .schedule()
                .map_err(|why| format!("{}, seed {own}, schedule {nth}: {why}", adapter.name()))?;
        }
        tally = tally.plus(stage.tally());
        done += count;
    }
    Ok(tally)
}
