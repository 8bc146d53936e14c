//! `Data`: a list for each input and target.

use crate::emit::doc::Code;
use crate::emit::module::Module;
use crate::emit::names::identifier;
use crate::emit::types;

/// `Data`: a list for each input and target.
pub(crate) fn data(module: &Module<'_>, code: &mut Code) {
    let facade = &module.options.facade;
    let ports = &module.sample_ports;
    code.line("");
    code.line("/// Samples: a list for each input and target, all of one length.");
    code.line("#[derive(Clone, Debug, Default, PartialEq)]");
    if ports.is_empty() {
        code.line("pub struct Data;");
    } else {
        code.open("pub struct Data {");
        for port in ports {
            code.line(format!("/// `{}`, {:?} each.", port.name, port.shape));
            code.line(format!("pub {}: {facade}::__alloc::Vec<{}>,", identifier(&port.name), types::sample(port, module.real)));
        }
        code.close("}");
    }
    code.line("");
    code.open(format!("impl {facade}::Dataset for Data {{"));
    code.open("fn len(&self) -> usize {");
    match ports.first() {
        Some(port) => code.line(format!("self.{}.len()", identifier(&port.name))),
        None => code.line("1"),
    }
    code.close("}");
    code.line("");
    code.open("fn check(&self) -> Result<(), rt::DataError> {");
    if let Some(first) = ports.first() {
        for port in &ports[1..] {
            let (name, first) = (identifier(&port.name), identifier(&first.name));
            code.open(format!("if self.{name}.len() != self.{first}.len() {{"));
            code.open("return Err(rt::DataError::Lengths {");
            code.line(format!("name: \"{}\",", port.name));
            code.line(format!("expected: self.{first}.len(),"));
            code.line(format!("found: self.{name}.len(),"));
            code.close("});");
            code.close("}");
        }
    }
    code.line("Ok(())");
    code.close("}");
    code.line("");
    if ports.is_empty() {
        code.line("fn clear(&mut self) {}");
        code.line("");
        code.line("fn push_from(&mut self, _other: &Self, _index: usize) {}");
        return code.close("}");
    }
    code.open("fn clear(&mut self) {");
    for port in ports {
        code.line(format!("self.{}.clear();", identifier(&port.name)));
    }
    code.close("}");
    code.line("");
    code.open("fn push_from(&mut self, other: &Self, index: usize) {");
    for port in ports {
        let name = identifier(&port.name);
        code.line(format!("self.{name}.extend(other.{name}.get(index).copied());"));
    }
    code.close("}");
    code.close("}");
}
