//! The two files by which the command and the program that it has written talk: little-endian words of eight bytes.

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Request {
    /// A training step, not only outputs.
    pub(crate) train: bool,
    /// The targets are there: losses and gradients mean something.
    pub(crate) losses: bool,
    /// Optimizer steps; 0 where there is no optimizer.
    pub(crate) steps: u64,
    /// The seed of random operations.
    pub(crate) seed: u64,
    /// Steps of each sample in a prediction, one after another; 0 where it is one step without an axis for it.
    pub(crate) steps_of_sample: u64,
    /// Each state, before the first step: the samples one after another.
    pub(crate) states: Vec<Vec<f64>>,
    /// Each parameter.
    pub(crate) parameters: Vec<Vec<f64>>,
    /// Each buffer.
    pub(crate) buffers: Vec<Vec<f64>>,
    /// Each input, and in training each target: the samples one after another.
    pub(crate) ports: Vec<Vec<f64>>,
}

/// What is answered: names and elements.
pub(crate) type Answer = Vec<(String, Vec<f64>)>;

impl Request {
    /// As bytes.
    #[allow(dead_code, reason = "each side uses a half of this file")]
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for number in [u64::from(self.train), u64::from(self.losses), self.steps, self.seed, self.steps_of_sample] {
            word(&mut out, number);
        }
        for lists in [&self.states, &self.parameters, &self.buffers, &self.ports] {
            word(&mut out, lists.len() as u64);
            lists.iter().for_each(|list| numbers(&mut out, list));
        }
        out
    }

    /// From such bytes.
    #[allow(dead_code, reason = "each side uses a half of this file")]
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Request> {
        let mut rest = bytes;
        let mut number = || take(&mut rest);
        let [train, losses, steps, seed, steps_of_sample] = [number()?, number()?, number()?, number()?, number()?];
        let mut lists = || {
            let count = take(&mut rest)?;
            (0..count).map(|_| take_numbers(&mut rest)).collect::<Option<Vec<_>>>()
        };
        let (train, losses) = (train == 1, losses == 1);
        let (states, parameters, buffers, ports) = (lists()?, lists()?, lists()?, lists()?);
        Some(Request { train, losses, steps, seed, steps_of_sample, states, parameters, buffers, ports })
    }
}

/// An answer as bytes.
#[allow(dead_code, reason = "each side uses a half of this file")]
pub(crate) fn answer_to_bytes(answer: &Answer) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, list) in answer {
        word(&mut out, name.len() as u64);
        out.extend(name.as_bytes());
        numbers(&mut out, list);
    }
    out
}

/// From such bytes.
#[allow(dead_code, reason = "each side uses a half of this file")]
pub(crate) fn answer_from_bytes(bytes: &[u8]) -> Option<Answer> {
    let mut rest = bytes;
    let mut answer = Answer::new();
    while !rest.is_empty() {
        let len = usize::try_from(take(&mut rest)?).ok()?;
        let name = rest.get(..len)?;
        rest = &rest[len..];
        answer.push((String::from_utf8(name.to_vec()).ok()?, take_numbers(&mut rest)?));
    }
    Some(answer)
}

fn word(out: &mut Vec<u8>, number: u64) {
    out.extend(number.to_le_bytes());
}

fn numbers(out: &mut Vec<u8>, list: &[f64]) {
    word(out, list.len() as u64);
    list.iter().for_each(|number| out.extend(number.to_le_bytes()));
}

fn take(rest: &mut &[u8]) -> Option<u64> {
    let (word, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u64::from_le_bytes(*word))
}

fn take_numbers(rest: &mut &[u8]) -> Option<Vec<f64>> {
    let len = take(rest)?;
    (0..len).map(|_| take(rest).map(f64::from_bits)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let request = Request {
            train: true,
            losses: false,
            steps: 3,
            seed: u64::MAX,
            steps_of_sample: 9,
            states: vec![vec![0.5]],
            parameters: vec![vec![1.5, -0.0], vec![]],
            buffers: vec![],
            ports: vec![vec![f64::INFINITY]],
        };
        assert_eq!(Request::from_bytes(&request.to_bytes()), Some(request.clone()));
        let bytes = request.to_bytes();
        assert_eq!(Request::from_bytes(&bytes[..bytes.len() - 1]), None);
        let answer = vec![("loss".to_owned(), vec![0.25]), ("grad.ä".to_owned(), vec![])];
        assert_eq!(answer_from_bytes(&answer_to_bytes(&answer)), Some(answer));
    }
}
