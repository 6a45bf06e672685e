//! Calls of any method by its descriptor, and everything that is heard in answer.

use std::time::Duration;

use conductor_protocol::DESCRIPTORS;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor};
use tonic::{
    Code, Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    transport::{Channel, Endpoint},
};

/// Messages of a stream that are listened to.
const MESSAGES_MAX: usize = 64;
/// How long a stream that does not end is listened to.
const LISTENS_FOR: Duration = Duration::from_millis(150);

/// Somebody on TCP.
pub(super) struct Caller {
    channel: Channel,
}

/// What came of a call.
pub(super) struct Answered {
    /// The request as it was sent.
    pub(super) said: Vec<u8>,
    /// Every byte that came back: messages, the status with its details, the metadata.
    pub(super) heard: Vec<u8>,
    pub(super) code: Code,
    pub(super) message: String,
}

impl Caller {
    pub(super) async fn connect(address: &str) -> Self {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
        Self { channel: endpoint.connect().await.unwrap() }
    }

    pub(super) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Every method of every service that the daemon says it serves.
    pub(super) async fn methods(&self) -> Vec<MethodDescriptor> {
        let mut pool = DescriptorPool::decode(DESCRIPTORS).unwrap();
        for other in [
            tonic_health::pb::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
        ] {
            pool.decode_file_descriptor_set(other).unwrap();
        }
        let mut methods = Vec::new();
        for name in self.served().await {
            let service = pool.get_service_by_name(&name);
            let service = service.unwrap_or_else(|| panic!("nobody describes `{name}`"));
            methods.extend(service.methods());
        }
        methods
    }

    /// Names of the services, as reflection tells them.
    async fn served(&self) -> Vec<String> {
        use tonic_reflection::pb::v1::{
            ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
            server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
        };
        let asked = ServerReflectionRequest {
            host: String::new(),
            message_request: Some(MessageRequest::ListServices(String::new())),
        };
        let mut client = ServerReflectionClient::new(self.channel.clone());
        let stream = client.server_reflection_info(tokio_stream::once(asked)).await.unwrap();
        let answer = stream.into_inner().message().await.unwrap().unwrap();
        match answer.message_response {
            Some(MessageResponse::ListServicesResponse(list)) => {
                list.service.into_iter().map(|service| service.name).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    /// Calls a method with one message, whatever its kind.
    pub(super) async fn call(&self, method: &MethodDescriptor, asked: DynamicMessage) -> Answered {
        let said = asked.encode_to_vec();
        let mut heard = Vec::new();
        let status =
            self.listen(method, asked, &mut heard).await.err().unwrap_or_else(|| Status::ok(""));
        heard.extend_from_slice(status.message().as_bytes());
        heard.extend_from_slice(status.details());
        heard.extend_from_slice(format!("{:?}", status.metadata()).as_bytes());
        Answered { said, heard, code: status.code(), message: status.message().to_owned() }
    }

    async fn listen(
        &self,
        method: &MethodDescriptor,
        asked: DynamicMessage,
        heard: &mut Vec<u8>,
    ) -> Result<(), Status> {
        let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
        let mut client = Grpc::new(self.channel.clone());
        client.ready().await.map_err(|error| Status::unknown(error.to_string()))?;
        let request = Request::new(tokio_stream::once(asked));
        let codec = AnyCodec(method.output());
        let answer = client.streaming(request, path.try_into().unwrap(), codec).await?;
        heard.extend_from_slice(format!("{:?}", answer.metadata()).as_bytes());
        let mut stream = answer.into_inner();
        for _ in 0..MESSAGES_MAX {
            match tokio::time::timeout(LISTENS_FOR, stream.message()).await {
                Ok(Ok(Some(message))) => heard.extend(message.encode_to_vec()),
                Ok(Err(status)) => return Err(status),
                Ok(Ok(None)) | Err(_) => return Ok(()),
            }
        }
        Ok(())
    }
}

/// Messages of which only the descriptor is known.
#[derive(Debug, Clone)]
struct AnyCodec(MessageDescriptor);

impl Codec for AnyCodec {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        self.clone()
    }

    fn decoder(&mut self) -> Self {
        self.clone()
    }
}

impl Encoder for AnyCodec {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, item: DynamicMessage, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        item.encode(out).map_err(|error| Status::internal(error.to_string()))
    }
}

impl Decoder for AnyCodec {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        let message = DynamicMessage::decode(self.0.clone(), from);
        message.map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}
