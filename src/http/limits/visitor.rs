//! Who sends a request, as far as the server can know: an address, and what the browser says about itself.

use super::client_addr::ClientAddr;
use crate::blog::device;
use crate::blog::network::{self, Network};
use axum::extract::FromRequestParts;
use axum::http::header::{HeaderMap, USER_AGENT};
use axum::http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

/// The address that is noted for requests that did not come through the server's own listener.
const UNKNOWN_ADDR: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Who sends a request.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// `None` where the request did not come through the server's own listener.
    pub addr: Option<IpAddr>,
    /// Browser and system in a few words, see [`device::of`].
    pub device: String,
    /// All headers of the request, its cookies among them.
    pub headers: HeaderMap,
}

impl Visitor {
    fn of(parts: &Parts) -> Self {
        let agent = parts.headers.get(USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok());
        Self {
            addr: parts.extensions.get::<ClientAddr>().map(|client| client.0),
            device: device::of(agent.unwrap_or_default()),
            headers: parts.headers.clone(),
        }
    }

    /// The address; `0.0.0.0` where it is not known.
    pub fn addr_or_unknown(&self) -> IpAddr {
        self.addr.unwrap_or(UNKNOWN_ADDR)
    }

    /// The network that limits are counted by; a request without an address comes from the machine itself.
    pub fn network(&self) -> Network {
        Network::of(self.addr.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)))
    }

    /// The network for the audit log, such as `192.0.2.0/24`; empty where it is not known.
    pub fn audit_prefix(&self) -> String {
        self.addr.map_or_else(String::new, network::shortened)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn visitor(addr: Option<&str>, agent: &str) -> Visitor {
        let mut request = Request::builder().header(USER_AGENT, agent);
        if let Some(addr) = addr {
            request = request.extension(ClientAddr(addr.parse().unwrap()));
        }
        Visitor::of(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn a_visitor_is_an_address_and_a_device() {
        let visitor = visitor(Some("192.0.2.77"), "curl/8.9.1");
        assert_eq!(visitor.addr_or_unknown().to_string(), "192.0.2.77");
        assert_eq!(visitor.audit_prefix(), "192.0.2.0/24");
        assert_eq!(visitor.network(), Network::of("192.0.2.1".parse().unwrap()));
        assert_eq!(visitor.device, "curl");
    }

    #[test]
    fn a_request_without_an_address_counts_as_the_machine_itself() {
        let visitor = visitor(None, "");
        assert_eq!(visitor.addr_or_unknown().to_string(), "0.0.0.0");
        assert_eq!(visitor.audit_prefix(), "");
        assert_eq!(visitor.network(), Network::of("127.0.0.1".parse().unwrap()));
    }
}
