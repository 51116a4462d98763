//! What the processes of a run are made from: the scenario, its settings, the keys, and what each process
//! logs first.

use std::collections::BTreeMap;
use std::sync::Arc;

use bcr_protocol::client::Client;
use bcr_protocol::dictionary::Operation;
use bcr_protocol::identity::{ClientId, ConfigurationId, Position, ProcessId, ReplicaId};
use bcr_protocol::keyring::Keyring;
use bcr_protocol::olympus::Olympus;
use bcr_protocol::replica::Replica;
use bcr_protocol::signature::{PublicKey, RunSecret, Scheme, SecretKey};
use bcr_protocol::statement::Signer;

use crate::scenario::{Parameter, Scenario};

/// What the processes of a run are made from.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// How processes sign.
    pub scheme: Scheme,
    secrets: Secrets,
    /// Knows Olympus, the clients and configuration 0.
    keys: Keyring,
    operations: Vec<Vec<Arc<Operation>>>,
}

/// The secret keys that are at hand (P1.4).
#[derive(Clone, Debug)]
enum Secrets {
    /// All of them: in a simulation, and where they are made.
    Run(RunSecret),
    /// That of one process, which is all that it has.
    Own(ProcessId, SecretKey),
}

impl Setup {
    /// Derives all keys from `secret` (P1.4).
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, scheme: Scheme, secret: RunSecret) -> Self {
        let public = |process| secret.key(scheme, process).public();
        let clients = clients(&scenario).map(ProcessId::Client).map(public);
        let mut keys = Keyring::new(public(ProcessId::Olympus), Arc::new(clients.collect()));
        let first = ConfigurationId(0);
        let chain = chain(&scenario, first).map(ProcessId::Replica).map(public);
        keys.learn(first, Arc::new(chain.collect()));
        Self {
            scheme,
            secrets: Secrets::Run(secret),
            keys,
            operations: operations(&scenario),
            scenario,
        }
    }

    /// The setup of a client or replica that runs apart, with its own secret key alone. `keys` knows
    /// Olympus, the clients and configuration 0.
    #[must_use]
    pub fn apart(
        scenario: Arc<Scenario>,
        keys: Keyring,
        process: ProcessId,
        secret: SecretKey,
    ) -> Self {
        Self {
            scheme: secret.scheme(),
            secrets: Secrets::Own(process, secret),
            keys,
            operations: operations(&scenario),
            scenario,
        }
    }

    /// The clients, by number.
    pub fn clients(&self) -> impl Iterator<Item = ClientId> + use<> {
        clients(&self.scenario)
    }

    /// The replicas of a configuration, from its head.
    pub fn chain(&self, configuration: ConfigurationId) -> impl Iterator<Item = ReplicaId> + use<> {
        chain(&self.scenario, configuration)
    }

    /// Olympus's machine.
    ///
    /// # Panics
    /// In the setup of another process: only who has all keys can be Olympus.
    #[must_use]
    pub fn olympus(&self) -> Olympus {
        let Secrets::Run(secret) = &self.secrets else {
            panic!("Olympus has the run's secret");
        };
        Olympus::new(
            secret.clone(),
            self.scheme,
            self.scenario.parameters.clone(),
            self.scenario.clients,
        )
    }

    /// A client's machine.
    #[must_use]
    pub fn client(&self, client: ClientId) -> Client {
        let operations = self
            .operations
            .get(client.0 as usize)
            .cloned()
            .unwrap_or_default();
        let signer = self.signer(ProcessId::Client(client));
        Client::new(
            client,
            signer,
            self.keys.clone(),
            self.scenario.parameters.clone(),
            operations,
        )
    }

    /// A replica's machine.
    #[must_use]
    pub fn replica(&self, replica: ReplicaId) -> Replica {
        let signer = self.signer(ProcessId::Replica(replica));
        let (keys, parameters) = (self.keys.clone(), self.scenario.parameters.clone());
        if replica.configuration == ConfigurationId(0) {
            Replica::initial(replica, signer, keys, parameters)
        } else {
            Replica::pending(replica, signer, keys, parameters)
        }
    }

    /// What a process logs first: names and values of its settings, no secret among them.
    #[must_use]
    pub fn settings(&self, process: ProcessId) -> BTreeMap<String, String> {
        let numbers = self.scenario.numbers();
        let numbers = numbers.map(|(parameter, number)| (parameter.name(), number.to_string()));
        let mut settings: BTreeMap<String, String> = numbers
            .chain([
                (Parameter::TestCaseName.name(), self.scenario.name.clone()),
                ("public_key", self.public_key(process).to_string()),
            ])
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        if let ProcessId::Client(client) = process {
            let workload = self.scenario.workloads.get(client.0 as usize);
            let operations = workload.map(|workload| workload.len()).unwrap_or_default();
            settings.insert("requests".to_owned(), operations.to_string());
        }
        settings
    }

    /// Signs as `process`, with its real key.
    ///
    /// # Panics
    /// See [`Self::secret_key`].
    #[must_use]
    pub fn signer(&self, process: ProcessId) -> Signer {
        Signer::new(process, self.secret_key(process))
    }

    /// The secret key of `process`.
    ///
    /// # Panics
    /// In the setup of another process, which does not have it.
    #[must_use]
    pub fn secret_key(&self, process: ProcessId) -> SecretKey {
        match &self.secrets {
            Secrets::Run(secret) => secret.key(self.scheme, process),
            Secrets::Own(owner, secret) => {
                assert_eq!(*owner, process, "a process has its own key alone");
                secret.clone()
            }
        }
    }

    /// The public key of any process of the run, for whoever verifies.
    #[must_use]
    pub fn public_key(&self, process: ProcessId) -> PublicKey {
        match self.keys.key(process) {
            Some(key) => key.clone(),
            None => self.secret_key(process).public(),
        }
    }
}

fn clients(scenario: &Scenario) -> impl Iterator<Item = ClientId> + use<> {
    (0..scenario.clients).map(ClientId)
}

fn chain(
    scenario: &Scenario,
    configuration: ConfigurationId,
) -> impl Iterator<Item = ReplicaId> + use<> {
    let positions = (0..).take(scenario.parameters.replicas()).map(Position);
    positions.map(move |position| ReplicaId {
        configuration,
        position,
    })
}

/// Every client's operations, shared with the messages that will carry them.
fn operations(scenario: &Scenario) -> Vec<Vec<Arc<Operation>>> {
    let shared = |workload: &Vec<Operation>| workload.iter().cloned().map(Arc::new).collect();
    scenario.workloads.iter().map(shared).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::scenario;

    #[test]
    fn a_process_logs_every_parameter_its_public_key_and_a_client_its_requests() {
        let text = "t = 1\nnum_client = 1\nworkload[0] = put('k','v'); get('k')\n";
        let reading = scenario::read(&SourceFile::new("x.conf", text), &[]);
        let scenario = Arc::new(reading.scenario.expect("no mistakes"));
        let parameters = scenario.numbers().count();
        let setup = Setup::new(scenario, Scheme::KeyedHash, RunSecret([1; 32]));
        let client = ProcessId::Client(ClientId(0));
        let settings = setup.settings(client);
        assert_eq!(settings["requests"], "2");
        assert_eq!(settings["public_key"], setup.public_key(client).to_string());
        assert_eq!(settings.len(), parameters + 3, "{settings:?}");
        assert_eq!(setup.settings(ProcessId::Olympus).len(), parameters + 2);
    }
}
