impl serde::Serialize for AppendLogsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.worker_id.is_empty() {
            len += 1;
        }
        if self.token != 0 {
            len += 1;
        }
        if self.chunk.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if self.scope.is_some() {
            len += 1;
        }
        if self.finish {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.AppendLogsRequest", len)?;
        if !self.worker_id.is_empty() {
            struct_ser.serialize_field("workerId", &self.worker_id)?;
        }
        if self.token != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("token", ToString::to_string(&self.token).as_str())?;
        }
        if let Some(v) = self.chunk.as_ref() {
            struct_ser.serialize_field("chunk", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if self.finish {
            struct_ser.serialize_field("finish", &self.finish)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for AppendLogsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "worker_id",
            "workerId",
            "token",
            "chunk",
            "run_id",
            "runId",
            "scope",
            "finish",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            WorkerId,
            Token,
            Chunk,
            RunId,
            Scope,
            Finish,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workerId" | "worker_id" => Ok(GeneratedField::WorkerId),
                            "token" => Ok(GeneratedField::Token),
                            "chunk" => Ok(GeneratedField::Chunk),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "scope" => Ok(GeneratedField::Scope),
                            "finish" => Ok(GeneratedField::Finish),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = AppendLogsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.AppendLogsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<AppendLogsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut worker_id__ = None;
                let mut token__ = None;
                let mut chunk__ = None;
                let mut run_id__ = None;
                let mut scope__ = None;
                let mut finish__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::WorkerId => {
                            if worker_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workerId"));
                            }
                            worker_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Token => {
                            if token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("token"));
                            }
                            token__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Chunk => {
                            if chunk__.is_some() {
                                return Err(serde::de::Error::duplicate_field("chunk"));
                            }
                            chunk__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Finish => {
                            if finish__.is_some() {
                                return Err(serde::de::Error::duplicate_field("finish"));
                            }
                            finish__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(AppendLogsRequest {
                    worker_id: worker_id__.unwrap_or_default(),
                    token: token__.unwrap_or_default(),
                    chunk: chunk__,
                    run_id: run_id__.unwrap_or_default(),
                    scope: scope__,
                    finish: finish__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.AppendLogsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for AppendLogsResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.bytes != 0 {
            len += 1;
        }
        if !self.log_digest.is_empty() {
            len += 1;
        }
        if self.log_bytes != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.AppendLogsResponse", len)?;
        if self.bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("bytes", ToString::to_string(&self.bytes).as_str())?;
        }
        if !self.log_digest.is_empty() {
            struct_ser.serialize_field("logDigest", &self.log_digest)?;
        }
        if self.log_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("logBytes", ToString::to_string(&self.log_bytes).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for AppendLogsResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "bytes",
            "log_digest",
            "logDigest",
            "log_bytes",
            "logBytes",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Bytes,
            LogDigest,
            LogBytes,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "bytes" => Ok(GeneratedField::Bytes),
                            "logDigest" | "log_digest" => Ok(GeneratedField::LogDigest),
                            "logBytes" | "log_bytes" => Ok(GeneratedField::LogBytes),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = AppendLogsResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.AppendLogsResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<AppendLogsResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut bytes__ = None;
                let mut log_digest__ = None;
                let mut log_bytes__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Bytes => {
                            if bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bytes"));
                            }
                            bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::LogDigest => {
                            if log_digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("logDigest"));
                            }
                            log_digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LogBytes => {
                            if log_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("logBytes"));
                            }
                            log_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(AppendLogsResponse {
                    bytes: bytes__.unwrap_or_default(),
                    log_digest: log_digest__.unwrap_or_default(),
                    log_bytes: log_bytes__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.AppendLogsResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Artifact {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.digest.is_empty() {
            len += 1;
        }
        if self.size_bytes != 0 {
            len += 1;
        }
        if !self.task_id.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Artifact", len)?;
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.digest.is_empty() {
            struct_ser.serialize_field("digest", &self.digest)?;
        }
        if self.size_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("sizeBytes", ToString::to_string(&self.size_bytes).as_str())?;
        }
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Artifact {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "name",
            "digest",
            "size_bytes",
            "sizeBytes",
            "task_id",
            "taskId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Name,
            Digest,
            SizeBytes,
            TaskId,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "name" => Ok(GeneratedField::Name),
                            "digest" => Ok(GeneratedField::Digest),
                            "sizeBytes" | "size_bytes" => Ok(GeneratedField::SizeBytes),
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Artifact;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Artifact")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Artifact, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut name__ = None;
                let mut digest__ = None;
                let mut size_bytes__ = None;
                let mut task_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Digest => {
                            if digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("digest"));
                            }
                            digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::SizeBytes => {
                            if size_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sizeBytes"));
                            }
                            size_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Artifact {
                    name: name__.unwrap_or_default(),
                    digest: digest__.unwrap_or_default(),
                    size_bytes: size_bytes__.unwrap_or_default(),
                    task_id: task_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Artifact", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ArtifactChunk {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.data.is_empty() {
            len += 1;
        }
        if !self.digest.is_empty() {
            len += 1;
        }
        if self.size_bytes != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ArtifactChunk", len)?;
        if !self.data.is_empty() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("data", pbjson::private::base64::encode(&self.data).as_str())?;
        }
        if !self.digest.is_empty() {
            struct_ser.serialize_field("digest", &self.digest)?;
        }
        if self.size_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("sizeBytes", ToString::to_string(&self.size_bytes).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ArtifactChunk {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "data",
            "digest",
            "size_bytes",
            "sizeBytes",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Data,
            Digest,
            SizeBytes,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "data" => Ok(GeneratedField::Data),
                            "digest" => Ok(GeneratedField::Digest),
                            "sizeBytes" | "size_bytes" => Ok(GeneratedField::SizeBytes),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ArtifactChunk;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ArtifactChunk")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ArtifactChunk, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut data__ = None;
                let mut digest__ = None;
                let mut size_bytes__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Data => {
                            if data__.is_some() {
                                return Err(serde::de::Error::duplicate_field("data"));
                            }
                            data__ = 
                                Some(map_.next_value::<::pbjson::private::BytesDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Digest => {
                            if digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("digest"));
                            }
                            digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::SizeBytes => {
                            if size_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sizeBytes"));
                            }
                            size_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ArtifactChunk {
                    data: data__.unwrap_or_default(),
                    digest: digest__.unwrap_or_default(),
                    size_bytes: size_bytes__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ArtifactChunk", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Attempt {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.number != 0 {
            len += 1;
        }
        if !self.worker_id.is_empty() {
            len += 1;
        }
        if self.started_at.is_some() {
            len += 1;
        }
        if self.ended_at.is_some() {
            len += 1;
        }
        if !self.outcome.is_empty() {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        if self.exit_code.is_some() {
            len += 1;
        }
        if self.status_code.is_some() {
            len += 1;
        }
        if !self.log_digest.is_empty() {
            len += 1;
        }
        if self.log_bytes != 0 {
            len += 1;
        }
        if !self.failure.is_empty() {
            len += 1;
        }
        if self.confinement.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Attempt", len)?;
        if self.number != 0 {
            struct_ser.serialize_field("number", &self.number)?;
        }
        if !self.worker_id.is_empty() {
            struct_ser.serialize_field("workerId", &self.worker_id)?;
        }
        if let Some(v) = self.started_at.as_ref() {
            struct_ser.serialize_field("startedAt", v)?;
        }
        if let Some(v) = self.ended_at.as_ref() {
            struct_ser.serialize_field("endedAt", v)?;
        }
        if !self.outcome.is_empty() {
            struct_ser.serialize_field("outcome", &self.outcome)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        if let Some(v) = self.exit_code.as_ref() {
            struct_ser.serialize_field("exitCode", v)?;
        }
        if let Some(v) = self.status_code.as_ref() {
            struct_ser.serialize_field("statusCode", v)?;
        }
        if !self.log_digest.is_empty() {
            struct_ser.serialize_field("logDigest", &self.log_digest)?;
        }
        if self.log_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("logBytes", ToString::to_string(&self.log_bytes).as_str())?;
        }
        if !self.failure.is_empty() {
            struct_ser.serialize_field("failure", &self.failure)?;
        }
        if let Some(v) = self.confinement.as_ref() {
            struct_ser.serialize_field("confinement", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Attempt {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "number",
            "worker_id",
            "workerId",
            "started_at",
            "startedAt",
            "ended_at",
            "endedAt",
            "outcome",
            "message",
            "exit_code",
            "exitCode",
            "status_code",
            "statusCode",
            "log_digest",
            "logDigest",
            "log_bytes",
            "logBytes",
            "failure",
            "confinement",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Number,
            WorkerId,
            StartedAt,
            EndedAt,
            Outcome,
            Message,
            ExitCode,
            StatusCode,
            LogDigest,
            LogBytes,
            Failure,
            Confinement,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "number" => Ok(GeneratedField::Number),
                            "workerId" | "worker_id" => Ok(GeneratedField::WorkerId),
                            "startedAt" | "started_at" => Ok(GeneratedField::StartedAt),
                            "endedAt" | "ended_at" => Ok(GeneratedField::EndedAt),
                            "outcome" => Ok(GeneratedField::Outcome),
                            "message" => Ok(GeneratedField::Message),
                            "exitCode" | "exit_code" => Ok(GeneratedField::ExitCode),
                            "statusCode" | "status_code" => Ok(GeneratedField::StatusCode),
                            "logDigest" | "log_digest" => Ok(GeneratedField::LogDigest),
                            "logBytes" | "log_bytes" => Ok(GeneratedField::LogBytes),
                            "failure" => Ok(GeneratedField::Failure),
                            "confinement" => Ok(GeneratedField::Confinement),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Attempt;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Attempt")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Attempt, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut number__ = None;
                let mut worker_id__ = None;
                let mut started_at__ = None;
                let mut ended_at__ = None;
                let mut outcome__ = None;
                let mut message__ = None;
                let mut exit_code__ = None;
                let mut status_code__ = None;
                let mut log_digest__ = None;
                let mut log_bytes__ = None;
                let mut failure__ = None;
                let mut confinement__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Number => {
                            if number__.is_some() {
                                return Err(serde::de::Error::duplicate_field("number"));
                            }
                            number__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::WorkerId => {
                            if worker_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workerId"));
                            }
                            worker_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::StartedAt => {
                            if started_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startedAt"));
                            }
                            started_at__ = map_.next_value()?;
                        }
                        GeneratedField::EndedAt => {
                            if ended_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("endedAt"));
                            }
                            ended_at__ = map_.next_value()?;
                        }
                        GeneratedField::Outcome => {
                            if outcome__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outcome"));
                            }
                            outcome__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ExitCode => {
                            if exit_code__.is_some() {
                                return Err(serde::de::Error::duplicate_field("exitCode"));
                            }
                            exit_code__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::StatusCode => {
                            if status_code__.is_some() {
                                return Err(serde::de::Error::duplicate_field("statusCode"));
                            }
                            status_code__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::LogDigest => {
                            if log_digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("logDigest"));
                            }
                            log_digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LogBytes => {
                            if log_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("logBytes"));
                            }
                            log_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Failure => {
                            if failure__.is_some() {
                                return Err(serde::de::Error::duplicate_field("failure"));
                            }
                            failure__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Confinement => {
                            if confinement__.is_some() {
                                return Err(serde::de::Error::duplicate_field("confinement"));
                            }
                            confinement__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Attempt {
                    number: number__.unwrap_or_default(),
                    worker_id: worker_id__.unwrap_or_default(),
                    started_at: started_at__,
                    ended_at: ended_at__,
                    outcome: outcome__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                    exit_code: exit_code__,
                    status_code: status_code__,
                    log_digest: log_digest__.unwrap_or_default(),
                    log_bytes: log_bytes__.unwrap_or_default(),
                    failure: failure__.unwrap_or_default(),
                    confinement: confinement__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Attempt", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for AuthorizeRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.questions.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.AuthorizeRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.questions.is_empty() {
            struct_ser.serialize_field("questions", &self.questions)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for AuthorizeRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "questions",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Questions,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "questions" => Ok(GeneratedField::Questions),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = AuthorizeRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.AuthorizeRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<AuthorizeRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut questions__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Questions => {
                            if questions__.is_some() {
                                return Err(serde::de::Error::duplicate_field("questions"));
                            }
                            questions__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(AuthorizeRequest {
                    scope: scope__,
                    questions: questions__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.AuthorizeRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for AuthorizeResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.decisions.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.AuthorizeResponse", len)?;
        if !self.decisions.is_empty() {
            struct_ser.serialize_field("decisions", &self.decisions)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for AuthorizeResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "decisions",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Decisions,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "decisions" => Ok(GeneratedField::Decisions),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = AuthorizeResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.AuthorizeResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<AuthorizeResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut decisions__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Decisions => {
                            if decisions__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decisions"));
                            }
                            decisions__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(AuthorizeResponse {
                    decisions: decisions__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.AuthorizeResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for BackfillScheduleRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if self.from.is_some() {
            len += 1;
        }
        if self.to.is_some() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.BackfillScheduleRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if let Some(v) = self.from.as_ref() {
            struct_ser.serialize_field("from", v)?;
        }
        if let Some(v) = self.to.as_ref() {
            struct_ser.serialize_field("to", v)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for BackfillScheduleRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
            "from",
            "to",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
            From,
            To,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            "from" => Ok(GeneratedField::From),
                            "to" => Ok(GeneratedField::To),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = BackfillScheduleRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.BackfillScheduleRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<BackfillScheduleRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                let mut from__ = None;
                let mut to__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::From => {
                            if from__.is_some() {
                                return Err(serde::de::Error::duplicate_field("from"));
                            }
                            from__ = map_.next_value()?;
                        }
                        GeneratedField::To => {
                            if to__.is_some() {
                                return Err(serde::de::Error::duplicate_field("to"));
                            }
                            to__ = map_.next_value()?;
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(BackfillScheduleRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                    from: from__,
                    to: to__,
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.BackfillScheduleRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for BackfillScheduleResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.schedule.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.BackfillScheduleResponse", len)?;
        if let Some(v) = self.schedule.as_ref() {
            struct_ser.serialize_field("schedule", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for BackfillScheduleResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "schedule",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Schedule,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "schedule" => Ok(GeneratedField::Schedule),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = BackfillScheduleResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.BackfillScheduleResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<BackfillScheduleResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut schedule__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Schedule => {
                            if schedule__.is_some() {
                                return Err(serde::de::Error::duplicate_field("schedule"));
                            }
                            schedule__ = map_.next_value()?;
                        }
                    }
                }
                Ok(BackfillScheduleResponse {
                    schedule: schedule__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.BackfillScheduleResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CancelRunRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.CancelRunRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CancelRunRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "run_id",
            "runId",
            "reason",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            RunId,
            Reason,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "reason" => Ok(GeneratedField::Reason),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CancelRunRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.CancelRunRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CancelRunRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut run_id__ = None;
                let mut reason__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(CancelRunRequest {
                    scope: scope__,
                    run_id: run_id__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.CancelRunRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CancelRunResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.status != 0 {
            len += 1;
        }
        if self.seq != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.CancelRunResponse", len)?;
        if self.status != 0 {
            let v = RunStatus::try_from(self.status)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.status)))?;
            struct_ser.serialize_field("status", &v)?;
        }
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CancelRunResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "status",
            "seq",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Status,
            Seq,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "status" => Ok(GeneratedField::Status),
                            "seq" => Ok(GeneratedField::Seq),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CancelRunResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.CancelRunResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CancelRunResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut status__ = None;
                let mut seq__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Status => {
                            if status__.is_some() {
                                return Err(serde::de::Error::duplicate_field("status"));
                            }
                            status__ = Some(map_.next_value::<RunStatus>()? as i32);
                        }
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(CancelRunResponse {
                    status: status__.unwrap_or_default(),
                    seq: seq__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.CancelRunResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ChangeRunResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.status != 0 {
            len += 1;
        }
        if self.seq != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ChangeRunResponse", len)?;
        if self.status != 0 {
            let v = RunStatus::try_from(self.status)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.status)))?;
            struct_ser.serialize_field("status", &v)?;
        }
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ChangeRunResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "status",
            "seq",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Status,
            Seq,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "status" => Ok(GeneratedField::Status),
                            "seq" => Ok(GeneratedField::Seq),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ChangeRunResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ChangeRunResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ChangeRunResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut status__ = None;
                let mut seq__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Status => {
                            if status__.is_some() {
                                return Err(serde::de::Error::duplicate_field("status"));
                            }
                            status__ = Some(map_.next_value::<RunStatus>()? as i32);
                        }
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ChangeRunResponse {
                    status: status__.unwrap_or_default(),
                    seq: seq__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ChangeRunResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CheckpointRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.CheckpointRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CheckpointRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CheckpointRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.CheckpointRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CheckpointRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                    }
                }
                Ok(CheckpointRequest {
                    scope: scope__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.CheckpointRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CheckpointResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.note.is_empty() {
            len += 1;
        }
        if self.size != 0 {
            len += 1;
        }
        if !self.root_hash.is_empty() {
            len += 1;
        }
        if !self.verifier_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.CheckpointResponse", len)?;
        if !self.note.is_empty() {
            struct_ser.serialize_field("note", &self.note)?;
        }
        if self.size != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("size", ToString::to_string(&self.size).as_str())?;
        }
        if !self.root_hash.is_empty() {
            struct_ser.serialize_field("rootHash", &self.root_hash)?;
        }
        if !self.verifier_key.is_empty() {
            struct_ser.serialize_field("verifierKey", &self.verifier_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CheckpointResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "note",
            "size",
            "root_hash",
            "rootHash",
            "verifier_key",
            "verifierKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Note,
            Size,
            RootHash,
            VerifierKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "note" => Ok(GeneratedField::Note),
                            "size" => Ok(GeneratedField::Size),
                            "rootHash" | "root_hash" => Ok(GeneratedField::RootHash),
                            "verifierKey" | "verifier_key" => Ok(GeneratedField::VerifierKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CheckpointResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.CheckpointResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CheckpointResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut note__ = None;
                let mut size__ = None;
                let mut root_hash__ = None;
                let mut verifier_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Note => {
                            if note__.is_some() {
                                return Err(serde::de::Error::duplicate_field("note"));
                            }
                            note__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Size => {
                            if size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("size"));
                            }
                            size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RootHash => {
                            if root_hash__.is_some() {
                                return Err(serde::de::Error::duplicate_field("rootHash"));
                            }
                            root_hash__ = Some(map_.next_value()?);
                        }
                        GeneratedField::VerifierKey => {
                            if verifier_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("verifierKey"));
                            }
                            verifier_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(CheckpointResponse {
                    note: note__.unwrap_or_default(),
                    size: size__.unwrap_or_default(),
                    root_hash: root_hash__.unwrap_or_default(),
                    verifier_key: verifier_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.CheckpointResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CompleteRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.worker_id.is_empty() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.task_id.is_empty() {
            len += 1;
        }
        if self.attempt != 0 {
            len += 1;
        }
        if self.token != 0 {
            len += 1;
        }
        if self.outcome != 0 {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        if self.exit_code.is_some() {
            len += 1;
        }
        if !self.outputs_json.is_empty() {
            len += 1;
        }
        if !self.log_digest.is_empty() {
            len += 1;
        }
        if self.log_bytes != 0 {
            len += 1;
        }
        if !self.artifacts.is_empty() {
            len += 1;
        }
        if self.failure != 0 {
            len += 1;
        }
        if self.confinement.is_some() {
            len += 1;
        }
        if self.status_code.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.CompleteRequest", len)?;
        if !self.worker_id.is_empty() {
            struct_ser.serialize_field("workerId", &self.worker_id)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.token != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("token", ToString::to_string(&self.token).as_str())?;
        }
        if self.outcome != 0 {
            let v = Outcome::try_from(self.outcome)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.outcome)))?;
            struct_ser.serialize_field("outcome", &v)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        if let Some(v) = self.exit_code.as_ref() {
            struct_ser.serialize_field("exitCode", v)?;
        }
        if !self.outputs_json.is_empty() {
            struct_ser.serialize_field("outputsJson", &self.outputs_json)?;
        }
        if !self.log_digest.is_empty() {
            struct_ser.serialize_field("logDigest", &self.log_digest)?;
        }
        if self.log_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("logBytes", ToString::to_string(&self.log_bytes).as_str())?;
        }
        if !self.artifacts.is_empty() {
            struct_ser.serialize_field("artifacts", &self.artifacts)?;
        }
        if self.failure != 0 {
            let v = FailureKind::try_from(self.failure)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.failure)))?;
            struct_ser.serialize_field("failure", &v)?;
        }
        if let Some(v) = self.confinement.as_ref() {
            struct_ser.serialize_field("confinement", v)?;
        }
        if let Some(v) = self.status_code.as_ref() {
            struct_ser.serialize_field("statusCode", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CompleteRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "worker_id",
            "workerId",
            "run_id",
            "runId",
            "task_id",
            "taskId",
            "attempt",
            "token",
            "outcome",
            "message",
            "exit_code",
            "exitCode",
            "outputs_json",
            "outputsJson",
            "log_digest",
            "logDigest",
            "log_bytes",
            "logBytes",
            "artifacts",
            "failure",
            "confinement",
            "status_code",
            "statusCode",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            WorkerId,
            RunId,
            TaskId,
            Attempt,
            Token,
            Outcome,
            Message,
            ExitCode,
            OutputsJson,
            LogDigest,
            LogBytes,
            Artifacts,
            Failure,
            Confinement,
            StatusCode,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workerId" | "worker_id" => Ok(GeneratedField::WorkerId),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            "attempt" => Ok(GeneratedField::Attempt),
                            "token" => Ok(GeneratedField::Token),
                            "outcome" => Ok(GeneratedField::Outcome),
                            "message" => Ok(GeneratedField::Message),
                            "exitCode" | "exit_code" => Ok(GeneratedField::ExitCode),
                            "outputsJson" | "outputs_json" => Ok(GeneratedField::OutputsJson),
                            "logDigest" | "log_digest" => Ok(GeneratedField::LogDigest),
                            "logBytes" | "log_bytes" => Ok(GeneratedField::LogBytes),
                            "artifacts" => Ok(GeneratedField::Artifacts),
                            "failure" => Ok(GeneratedField::Failure),
                            "confinement" => Ok(GeneratedField::Confinement),
                            "statusCode" | "status_code" => Ok(GeneratedField::StatusCode),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CompleteRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.CompleteRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CompleteRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut worker_id__ = None;
                let mut run_id__ = None;
                let mut task_id__ = None;
                let mut attempt__ = None;
                let mut token__ = None;
                let mut outcome__ = None;
                let mut message__ = None;
                let mut exit_code__ = None;
                let mut outputs_json__ = None;
                let mut log_digest__ = None;
                let mut log_bytes__ = None;
                let mut artifacts__ = None;
                let mut failure__ = None;
                let mut confinement__ = None;
                let mut status_code__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::WorkerId => {
                            if worker_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workerId"));
                            }
                            worker_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Token => {
                            if token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("token"));
                            }
                            token__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Outcome => {
                            if outcome__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outcome"));
                            }
                            outcome__ = Some(map_.next_value::<Outcome>()? as i32);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ExitCode => {
                            if exit_code__.is_some() {
                                return Err(serde::de::Error::duplicate_field("exitCode"));
                            }
                            exit_code__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::OutputsJson => {
                            if outputs_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outputsJson"));
                            }
                            outputs_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LogDigest => {
                            if log_digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("logDigest"));
                            }
                            log_digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LogBytes => {
                            if log_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("logBytes"));
                            }
                            log_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Artifacts => {
                            if artifacts__.is_some() {
                                return Err(serde::de::Error::duplicate_field("artifacts"));
                            }
                            artifacts__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Failure => {
                            if failure__.is_some() {
                                return Err(serde::de::Error::duplicate_field("failure"));
                            }
                            failure__ = Some(map_.next_value::<FailureKind>()? as i32);
                        }
                        GeneratedField::Confinement => {
                            if confinement__.is_some() {
                                return Err(serde::de::Error::duplicate_field("confinement"));
                            }
                            confinement__ = map_.next_value()?;
                        }
                        GeneratedField::StatusCode => {
                            if status_code__.is_some() {
                                return Err(serde::de::Error::duplicate_field("statusCode"));
                            }
                            status_code__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                    }
                }
                Ok(CompleteRequest {
                    worker_id: worker_id__.unwrap_or_default(),
                    run_id: run_id__.unwrap_or_default(),
                    task_id: task_id__.unwrap_or_default(),
                    attempt: attempt__.unwrap_or_default(),
                    token: token__.unwrap_or_default(),
                    outcome: outcome__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                    exit_code: exit_code__,
                    outputs_json: outputs_json__.unwrap_or_default(),
                    log_digest: log_digest__.unwrap_or_default(),
                    log_bytes: log_bytes__.unwrap_or_default(),
                    artifacts: artifacts__.unwrap_or_default(),
                    failure: failure__.unwrap_or_default(),
                    confinement: confinement__,
                    status_code: status_code__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.CompleteRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for CompleteResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.seq != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.CompleteResponse", len)?;
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for CompleteResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "seq",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Seq,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "seq" => Ok(GeneratedField::Seq),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = CompleteResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.CompleteResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<CompleteResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut seq__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(CompleteResponse {
                    seq: seq__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.CompleteResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Confinement {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.resources.is_empty() {
            len += 1;
        }
        if !self.cpu.is_empty() {
            len += 1;
        }
        if !self.memory.is_empty() {
            len += 1;
        }
        if !self.processes.is_empty() {
            len += 1;
        }
        if !self.sandbox.is_empty() {
            len += 1;
        }
        if !self.user.is_empty() {
            len += 1;
        }
        if !self.missing.is_empty() {
            len += 1;
        }
        if !self.refused.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Confinement", len)?;
        if !self.resources.is_empty() {
            struct_ser.serialize_field("resources", &self.resources)?;
        }
        if !self.cpu.is_empty() {
            struct_ser.serialize_field("cpu", &self.cpu)?;
        }
        if !self.memory.is_empty() {
            struct_ser.serialize_field("memory", &self.memory)?;
        }
        if !self.processes.is_empty() {
            struct_ser.serialize_field("processes", &self.processes)?;
        }
        if !self.sandbox.is_empty() {
            struct_ser.serialize_field("sandbox", &self.sandbox)?;
        }
        if !self.user.is_empty() {
            struct_ser.serialize_field("user", &self.user)?;
        }
        if !self.missing.is_empty() {
            struct_ser.serialize_field("missing", &self.missing)?;
        }
        if !self.refused.is_empty() {
            struct_ser.serialize_field("refused", &self.refused)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Confinement {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "resources",
            "cpu",
            "memory",
            "processes",
            "sandbox",
            "user",
            "missing",
            "refused",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Resources,
            Cpu,
            Memory,
            Processes,
            Sandbox,
            User,
            Missing,
            Refused,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "resources" => Ok(GeneratedField::Resources),
                            "cpu" => Ok(GeneratedField::Cpu),
                            "memory" => Ok(GeneratedField::Memory),
                            "processes" => Ok(GeneratedField::Processes),
                            "sandbox" => Ok(GeneratedField::Sandbox),
                            "user" => Ok(GeneratedField::User),
                            "missing" => Ok(GeneratedField::Missing),
                            "refused" => Ok(GeneratedField::Refused),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Confinement;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Confinement")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Confinement, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut resources__ = None;
                let mut cpu__ = None;
                let mut memory__ = None;
                let mut processes__ = None;
                let mut sandbox__ = None;
                let mut user__ = None;
                let mut missing__ = None;
                let mut refused__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Resources => {
                            if resources__.is_some() {
                                return Err(serde::de::Error::duplicate_field("resources"));
                            }
                            resources__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cpu => {
                            if cpu__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cpu"));
                            }
                            cpu__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Memory => {
                            if memory__.is_some() {
                                return Err(serde::de::Error::duplicate_field("memory"));
                            }
                            memory__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Processes => {
                            if processes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("processes"));
                            }
                            processes__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Sandbox => {
                            if sandbox__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sandbox"));
                            }
                            sandbox__ = Some(map_.next_value()?);
                        }
                        GeneratedField::User => {
                            if user__.is_some() {
                                return Err(serde::de::Error::duplicate_field("user"));
                            }
                            user__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Missing => {
                            if missing__.is_some() {
                                return Err(serde::de::Error::duplicate_field("missing"));
                            }
                            missing__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Refused => {
                            if refused__.is_some() {
                                return Err(serde::de::Error::duplicate_field("refused"));
                            }
                            refused__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Confinement {
                    resources: resources__.unwrap_or_default(),
                    cpu: cpu__.unwrap_or_default(),
                    memory: memory__.unwrap_or_default(),
                    processes: processes__.unwrap_or_default(),
                    sandbox: sandbox__.unwrap_or_default(),
                    user: user__.unwrap_or_default(),
                    missing: missing__.unwrap_or_default(),
                    refused: refused__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Confinement", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ConsistencyProofRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if self.old_size != 0 {
            len += 1;
        }
        if self.new_size != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ConsistencyProofRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if self.old_size != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("oldSize", ToString::to_string(&self.old_size).as_str())?;
        }
        if self.new_size != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("newSize", ToString::to_string(&self.new_size).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ConsistencyProofRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "old_size",
            "oldSize",
            "new_size",
            "newSize",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            OldSize,
            NewSize,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "oldSize" | "old_size" => Ok(GeneratedField::OldSize),
                            "newSize" | "new_size" => Ok(GeneratedField::NewSize),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ConsistencyProofRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ConsistencyProofRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ConsistencyProofRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut old_size__ = None;
                let mut new_size__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::OldSize => {
                            if old_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("oldSize"));
                            }
                            old_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::NewSize => {
                            if new_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("newSize"));
                            }
                            new_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ConsistencyProofRequest {
                    scope: scope__,
                    old_size: old_size__.unwrap_or_default(),
                    new_size: new_size__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ConsistencyProofRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ConsistencyProofResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.old_size != 0 {
            len += 1;
        }
        if self.new_size != 0 {
            len += 1;
        }
        if !self.hashes.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ConsistencyProofResponse", len)?;
        if self.old_size != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("oldSize", ToString::to_string(&self.old_size).as_str())?;
        }
        if self.new_size != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("newSize", ToString::to_string(&self.new_size).as_str())?;
        }
        if !self.hashes.is_empty() {
            struct_ser.serialize_field("hashes", &self.hashes)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ConsistencyProofResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "old_size",
            "oldSize",
            "new_size",
            "newSize",
            "hashes",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            OldSize,
            NewSize,
            Hashes,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "oldSize" | "old_size" => Ok(GeneratedField::OldSize),
                            "newSize" | "new_size" => Ok(GeneratedField::NewSize),
                            "hashes" => Ok(GeneratedField::Hashes),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ConsistencyProofResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ConsistencyProofResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ConsistencyProofResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut old_size__ = None;
                let mut new_size__ = None;
                let mut hashes__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::OldSize => {
                            if old_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("oldSize"));
                            }
                            old_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::NewSize => {
                            if new_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("newSize"));
                            }
                            new_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Hashes => {
                            if hashes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("hashes"));
                            }
                            hashes__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ConsistencyProofResponse {
                    old_size: old_size__.unwrap_or_default(),
                    new_size: new_size__.unwrap_or_default(),
                    hashes: hashes__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ConsistencyProofResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Decision {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.id.is_empty() {
            len += 1;
        }
        if self.allow {
            len += 1;
        }
        if !self.reasons.is_empty() {
            len += 1;
        }
        if !self.bundle_revision.is_empty() {
            len += 1;
        }
        if !self.risk.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Decision", len)?;
        if !self.id.is_empty() {
            struct_ser.serialize_field("id", &self.id)?;
        }
        if self.allow {
            struct_ser.serialize_field("allow", &self.allow)?;
        }
        if !self.reasons.is_empty() {
            struct_ser.serialize_field("reasons", &self.reasons)?;
        }
        if !self.bundle_revision.is_empty() {
            struct_ser.serialize_field("bundleRevision", &self.bundle_revision)?;
        }
        if !self.risk.is_empty() {
            struct_ser.serialize_field("risk", &self.risk)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Decision {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "id",
            "allow",
            "reasons",
            "bundle_revision",
            "bundleRevision",
            "risk",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Id,
            Allow,
            Reasons,
            BundleRevision,
            Risk,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "id" => Ok(GeneratedField::Id),
                            "allow" => Ok(GeneratedField::Allow),
                            "reasons" => Ok(GeneratedField::Reasons),
                            "bundleRevision" | "bundle_revision" => Ok(GeneratedField::BundleRevision),
                            "risk" => Ok(GeneratedField::Risk),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Decision;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Decision")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Decision, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut id__ = None;
                let mut allow__ = None;
                let mut reasons__ = None;
                let mut bundle_revision__ = None;
                let mut risk__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Id => {
                            if id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("id"));
                            }
                            id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Allow => {
                            if allow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("allow"));
                            }
                            allow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reasons => {
                            if reasons__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reasons"));
                            }
                            reasons__ = Some(map_.next_value()?);
                        }
                        GeneratedField::BundleRevision => {
                            if bundle_revision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bundleRevision"));
                            }
                            bundle_revision__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Risk => {
                            if risk__.is_some() {
                                return Err(serde::de::Error::duplicate_field("risk"));
                            }
                            risk__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Decision {
                    id: id__.unwrap_or_default(),
                    allow: allow__.unwrap_or_default(),
                    reasons: reasons__.unwrap_or_default(),
                    bundle_revision: bundle_revision__.unwrap_or_default(),
                    risk: risk__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Decision", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for DeprecateWorkflowRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.instead.is_empty() {
            len += 1;
        }
        if self.undo {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.DeprecateWorkflowRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.instead.is_empty() {
            struct_ser.serialize_field("instead", &self.instead)?;
        }
        if self.undo {
            struct_ser.serialize_field("undo", &self.undo)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for DeprecateWorkflowRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
            "version",
            "reason",
            "instead",
            "undo",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
            Version,
            Reason,
            Instead,
            Undo,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            "version" => Ok(GeneratedField::Version),
                            "reason" => Ok(GeneratedField::Reason),
                            "instead" => Ok(GeneratedField::Instead),
                            "undo" => Ok(GeneratedField::Undo),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = DeprecateWorkflowRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.DeprecateWorkflowRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<DeprecateWorkflowRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                let mut version__ = None;
                let mut reason__ = None;
                let mut instead__ = None;
                let mut undo__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Instead => {
                            if instead__.is_some() {
                                return Err(serde::de::Error::duplicate_field("instead"));
                            }
                            instead__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Undo => {
                            if undo__.is_some() {
                                return Err(serde::de::Error::duplicate_field("undo"));
                            }
                            undo__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(DeprecateWorkflowRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    instead: instead__.unwrap_or_default(),
                    undo: undo__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.DeprecateWorkflowRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for DoctorCheck {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.status.is_empty() {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        if !self.hint.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.DoctorCheck", len)?;
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.status.is_empty() {
            struct_ser.serialize_field("status", &self.status)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        if !self.hint.is_empty() {
            struct_ser.serialize_field("hint", &self.hint)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for DoctorCheck {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "name",
            "status",
            "message",
            "hint",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Name,
            Status,
            Message,
            Hint,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "name" => Ok(GeneratedField::Name),
                            "status" => Ok(GeneratedField::Status),
                            "message" => Ok(GeneratedField::Message),
                            "hint" => Ok(GeneratedField::Hint),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = DoctorCheck;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.DoctorCheck")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<DoctorCheck, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut name__ = None;
                let mut status__ = None;
                let mut message__ = None;
                let mut hint__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Status => {
                            if status__.is_some() {
                                return Err(serde::de::Error::duplicate_field("status"));
                            }
                            status__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Hint => {
                            if hint__.is_some() {
                                return Err(serde::de::Error::duplicate_field("hint"));
                            }
                            hint__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(DoctorCheck {
                    name: name__.unwrap_or_default(),
                    status: status__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                    hint: hint__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.DoctorCheck", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for DoctorRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.DoctorRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for DoctorRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = DoctorRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.DoctorRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<DoctorRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                    }
                }
                Ok(DoctorRequest {
                    scope: scope__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.DoctorRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for DoctorResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.checks.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.DoctorResponse", len)?;
        if !self.checks.is_empty() {
            struct_ser.serialize_field("checks", &self.checks)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for DoctorResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "checks",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Checks,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "checks" => Ok(GeneratedField::Checks),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = DoctorResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.DoctorResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<DoctorResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut checks__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Checks => {
                            if checks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("checks"));
                            }
                            checks__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(DoctorResponse {
                    checks: checks__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.DoctorResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Event {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.seq != 0 {
            len += 1;
        }
        if self.at.is_some() {
            len += 1;
        }
        if self.scope.is_some() {
            len += 1;
        }
        if !self.kind.is_empty() {
            len += 1;
        }
        if !self.subject.is_empty() {
            len += 1;
        }
        if !self.principal.is_empty() {
            len += 1;
        }
        if !self.trace_id.is_empty() {
            len += 1;
        }
        if !self.data_json.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Event", len)?;
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        if let Some(v) = self.at.as_ref() {
            struct_ser.serialize_field("at", v)?;
        }
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.kind.is_empty() {
            struct_ser.serialize_field("kind", &self.kind)?;
        }
        if !self.subject.is_empty() {
            struct_ser.serialize_field("subject", &self.subject)?;
        }
        if !self.principal.is_empty() {
            struct_ser.serialize_field("principal", &self.principal)?;
        }
        if !self.trace_id.is_empty() {
            struct_ser.serialize_field("traceId", &self.trace_id)?;
        }
        if !self.data_json.is_empty() {
            struct_ser.serialize_field("dataJson", &self.data_json)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Event {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "seq",
            "at",
            "scope",
            "kind",
            "subject",
            "principal",
            "trace_id",
            "traceId",
            "data_json",
            "dataJson",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Seq,
            At,
            Scope,
            Kind,
            Subject,
            Principal,
            TraceId,
            DataJson,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "seq" => Ok(GeneratedField::Seq),
                            "at" => Ok(GeneratedField::At),
                            "scope" => Ok(GeneratedField::Scope),
                            "kind" => Ok(GeneratedField::Kind),
                            "subject" => Ok(GeneratedField::Subject),
                            "principal" => Ok(GeneratedField::Principal),
                            "traceId" | "trace_id" => Ok(GeneratedField::TraceId),
                            "dataJson" | "data_json" => Ok(GeneratedField::DataJson),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Event;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Event")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Event, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut seq__ = None;
                let mut at__ = None;
                let mut scope__ = None;
                let mut kind__ = None;
                let mut subject__ = None;
                let mut principal__ = None;
                let mut trace_id__ = None;
                let mut data_json__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::At => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            at__ = map_.next_value()?;
                        }
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Kind => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("kind"));
                            }
                            kind__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Subject => {
                            if subject__.is_some() {
                                return Err(serde::de::Error::duplicate_field("subject"));
                            }
                            subject__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Principal => {
                            if principal__.is_some() {
                                return Err(serde::de::Error::duplicate_field("principal"));
                            }
                            principal__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TraceId => {
                            if trace_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("traceId"));
                            }
                            trace_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DataJson => {
                            if data_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("dataJson"));
                            }
                            data_json__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Event {
                    seq: seq__.unwrap_or_default(),
                    at: at__,
                    scope: scope__,
                    kind: kind__.unwrap_or_default(),
                    subject: subject__.unwrap_or_default(),
                    principal: principal__.unwrap_or_default(),
                    trace_id: trace_id__.unwrap_or_default(),
                    data_json: data_json__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Event", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for FailureKind {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "FAILURE_KIND_UNSPECIFIED",
            Self::Program => "FAILURE_KIND_PROGRAM",
            Self::Unreachable => "FAILURE_KIND_UNREACHABLE",
            Self::Lost => "FAILURE_KIND_LOST",
            Self::Refused => "FAILURE_KIND_REFUSED",
            Self::Invalid => "FAILURE_KIND_INVALID",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for FailureKind {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "FAILURE_KIND_UNSPECIFIED",
            "FAILURE_KIND_PROGRAM",
            "FAILURE_KIND_UNREACHABLE",
            "FAILURE_KIND_LOST",
            "FAILURE_KIND_REFUSED",
            "FAILURE_KIND_INVALID",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = FailureKind;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "FAILURE_KIND_UNSPECIFIED" => Ok(FailureKind::Unspecified),
                    "FAILURE_KIND_PROGRAM" => Ok(FailureKind::Program),
                    "FAILURE_KIND_UNREACHABLE" => Ok(FailureKind::Unreachable),
                    "FAILURE_KIND_LOST" => Ok(FailureKind::Lost),
                    "FAILURE_KIND_REFUSED" => Ok(FailureKind::Refused),
                    "FAILURE_KIND_INVALID" => Ok(FailureKind::Invalid),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for FireTime {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.due.is_some() {
            len += 1;
        }
        if self.fires_at.is_some() {
            len += 1;
        }
        if !self.shown.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.FireTime", len)?;
        if let Some(v) = self.due.as_ref() {
            struct_ser.serialize_field("due", v)?;
        }
        if let Some(v) = self.fires_at.as_ref() {
            struct_ser.serialize_field("firesAt", v)?;
        }
        if !self.shown.is_empty() {
            struct_ser.serialize_field("shown", &self.shown)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for FireTime {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "due",
            "fires_at",
            "firesAt",
            "shown",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Due,
            FiresAt,
            Shown,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "due" => Ok(GeneratedField::Due),
                            "firesAt" | "fires_at" => Ok(GeneratedField::FiresAt),
                            "shown" => Ok(GeneratedField::Shown),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = FireTime;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.FireTime")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<FireTime, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut due__ = None;
                let mut fires_at__ = None;
                let mut shown__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Due => {
                            if due__.is_some() {
                                return Err(serde::de::Error::duplicate_field("due"));
                            }
                            due__ = map_.next_value()?;
                        }
                        GeneratedField::FiresAt => {
                            if fires_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("firesAt"));
                            }
                            fires_at__ = map_.next_value()?;
                        }
                        GeneratedField::Shown => {
                            if shown__.is_some() {
                                return Err(serde::de::Error::duplicate_field("shown"));
                            }
                            shown__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(FireTime {
                    due: due__,
                    fires_at: fires_at__,
                    shown: shown__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.FireTime", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetArtifactRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.GetArtifactRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetArtifactRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "run_id",
            "runId",
            "name",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            RunId,
            Name,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "name" => Ok(GeneratedField::Name),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetArtifactRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.GetArtifactRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetArtifactRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut run_id__ = None;
                let mut name__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(GetArtifactRequest {
                    scope: scope__,
                    run_id: run_id__.unwrap_or_default(),
                    name: name__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.GetArtifactRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetHostRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.GetHostRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetHostRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetHostRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.GetHostRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetHostRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(GetHostRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.GetHostRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetHostResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.host.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.GetHostResponse", len)?;
        if let Some(v) = self.host.as_ref() {
            struct_ser.serialize_field("host", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetHostResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "host",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Host,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "host" => Ok(GeneratedField::Host),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetHostResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.GetHostResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetHostResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut host__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Host => {
                            if host__.is_some() {
                                return Err(serde::de::Error::duplicate_field("host"));
                            }
                            host__ = map_.next_value()?;
                        }
                    }
                }
                Ok(GetHostResponse {
                    host: host__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.GetHostResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetRunRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.GetRunRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetRunRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "run_id",
            "runId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            RunId,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetRunRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.GetRunRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetRunRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut run_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(GetRunRequest {
                    scope: scope__,
                    run_id: run_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.GetRunRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetRunResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.run.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.GetRunResponse", len)?;
        if let Some(v) = self.run.as_ref() {
            struct_ser.serialize_field("run", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetRunResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "run",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Run,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "run" => Ok(GeneratedField::Run),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetRunResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.GetRunResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetRunResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut run__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Run => {
                            if run__.is_some() {
                                return Err(serde::de::Error::duplicate_field("run"));
                            }
                            run__ = map_.next_value()?;
                        }
                    }
                }
                Ok(GetRunResponse {
                    run: run__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.GetRunResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetScheduleRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.GetScheduleRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetScheduleRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetScheduleRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.GetScheduleRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetScheduleRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(GetScheduleRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.GetScheduleRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetScheduleResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.schedule.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.GetScheduleResponse", len)?;
        if let Some(v) = self.schedule.as_ref() {
            struct_ser.serialize_field("schedule", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetScheduleResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "schedule",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Schedule,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "schedule" => Ok(GeneratedField::Schedule),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetScheduleResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.GetScheduleResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetScheduleResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut schedule__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Schedule => {
                            if schedule__.is_some() {
                                return Err(serde::de::Error::duplicate_field("schedule"));
                            }
                            schedule__ = map_.next_value()?;
                        }
                    }
                }
                Ok(GetScheduleResponse {
                    schedule: schedule__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.GetScheduleResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetWorkflowRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.GetWorkflowRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetWorkflowRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
            "version",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
            Version,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            "version" => Ok(GeneratedField::Version),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetWorkflowRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.GetWorkflowRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetWorkflowRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                let mut version__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(GetWorkflowRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.GetWorkflowRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GetWorkflowResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.workflow.is_some() {
            len += 1;
        }
        if !self.previous_version.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.GetWorkflowResponse", len)?;
        if let Some(v) = self.workflow.as_ref() {
            struct_ser.serialize_field("workflow", v)?;
        }
        if !self.previous_version.is_empty() {
            struct_ser.serialize_field("previousVersion", &self.previous_version)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GetWorkflowResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "workflow",
            "previous_version",
            "previousVersion",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Workflow,
            PreviousVersion,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workflow" => Ok(GeneratedField::Workflow),
                            "previousVersion" | "previous_version" => Ok(GeneratedField::PreviousVersion),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GetWorkflowResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.GetWorkflowResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GetWorkflowResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut workflow__ = None;
                let mut previous_version__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = map_.next_value()?;
                        }
                        GeneratedField::PreviousVersion => {
                            if previous_version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("previousVersion"));
                            }
                            previous_version__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(GetWorkflowResponse {
                    workflow: workflow__,
                    previous_version: previous_version__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.GetWorkflowResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Grant {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.principal.is_empty() {
            len += 1;
        }
        if !self.role.is_empty() {
            len += 1;
        }
        if self.scope.is_some() {
            len += 1;
        }
        if !self.granted_by.is_empty() {
            len += 1;
        }
        if self.granted_at.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Grant", len)?;
        if !self.principal.is_empty() {
            struct_ser.serialize_field("principal", &self.principal)?;
        }
        if !self.role.is_empty() {
            struct_ser.serialize_field("role", &self.role)?;
        }
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.granted_by.is_empty() {
            struct_ser.serialize_field("grantedBy", &self.granted_by)?;
        }
        if let Some(v) = self.granted_at.as_ref() {
            struct_ser.serialize_field("grantedAt", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Grant {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "principal",
            "role",
            "scope",
            "granted_by",
            "grantedBy",
            "granted_at",
            "grantedAt",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Principal,
            Role,
            Scope,
            GrantedBy,
            GrantedAt,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "principal" => Ok(GeneratedField::Principal),
                            "role" => Ok(GeneratedField::Role),
                            "scope" => Ok(GeneratedField::Scope),
                            "grantedBy" | "granted_by" => Ok(GeneratedField::GrantedBy),
                            "grantedAt" | "granted_at" => Ok(GeneratedField::GrantedAt),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Grant;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Grant")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Grant, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut principal__ = None;
                let mut role__ = None;
                let mut scope__ = None;
                let mut granted_by__ = None;
                let mut granted_at__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Principal => {
                            if principal__.is_some() {
                                return Err(serde::de::Error::duplicate_field("principal"));
                            }
                            principal__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Role => {
                            if role__.is_some() {
                                return Err(serde::de::Error::duplicate_field("role"));
                            }
                            role__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::GrantedBy => {
                            if granted_by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("grantedBy"));
                            }
                            granted_by__ = Some(map_.next_value()?);
                        }
                        GeneratedField::GrantedAt => {
                            if granted_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("grantedAt"));
                            }
                            granted_at__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Grant {
                    principal: principal__.unwrap_or_default(),
                    role: role__.unwrap_or_default(),
                    scope: scope__,
                    granted_by: granted_by__.unwrap_or_default(),
                    granted_at: granted_at__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Grant", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GrantRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.principal.is_empty() {
            len += 1;
        }
        if !self.role.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.GrantRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.principal.is_empty() {
            struct_ser.serialize_field("principal", &self.principal)?;
        }
        if !self.role.is_empty() {
            struct_ser.serialize_field("role", &self.role)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GrantRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "principal",
            "role",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Principal,
            Role,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "principal" => Ok(GeneratedField::Principal),
                            "role" => Ok(GeneratedField::Role),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GrantRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.GrantRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GrantRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut principal__ = None;
                let mut role__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Principal => {
                            if principal__.is_some() {
                                return Err(serde::de::Error::duplicate_field("principal"));
                            }
                            principal__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Role => {
                            if role__.is_some() {
                                return Err(serde::de::Error::duplicate_field("role"));
                            }
                            role__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(GrantRequest {
                    scope: scope__,
                    principal: principal__.unwrap_or_default(),
                    role: role__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.GrantRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for GrantResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.grant.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.GrantResponse", len)?;
        if let Some(v) = self.grant.as_ref() {
            struct_ser.serialize_field("grant", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for GrantResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "grant",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Grant,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "grant" => Ok(GeneratedField::Grant),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = GrantResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.GrantResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<GrantResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut grant__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Grant => {
                            if grant__.is_some() {
                                return Err(serde::de::Error::duplicate_field("grant"));
                            }
                            grant__ = map_.next_value()?;
                        }
                    }
                }
                Ok(GrantResponse {
                    grant: grant__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.GrantResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for HeartbeatRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.worker_id.is_empty() {
            len += 1;
        }
        if !self.tokens.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.HeartbeatRequest", len)?;
        if !self.worker_id.is_empty() {
            struct_ser.serialize_field("workerId", &self.worker_id)?;
        }
        if !self.tokens.is_empty() {
            struct_ser.serialize_field("tokens", &self.tokens.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for HeartbeatRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "worker_id",
            "workerId",
            "tokens",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            WorkerId,
            Tokens,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workerId" | "worker_id" => Ok(GeneratedField::WorkerId),
                            "tokens" => Ok(GeneratedField::Tokens),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = HeartbeatRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.HeartbeatRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<HeartbeatRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut worker_id__ = None;
                let mut tokens__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::WorkerId => {
                            if worker_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workerId"));
                            }
                            worker_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tokens => {
                            if tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tokens"));
                            }
                            tokens__ = 
                                Some(map_.next_value::<Vec<::pbjson::private::NumberDeserialize<_>>>()?
                                    .into_iter().map(|x| x.0).collect())
                            ;
                        }
                    }
                }
                Ok(HeartbeatRequest {
                    worker_id: worker_id__.unwrap_or_default(),
                    tokens: tokens__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.HeartbeatRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for HeartbeatResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.lost_tokens.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.HeartbeatResponse", len)?;
        if !self.lost_tokens.is_empty() {
            struct_ser.serialize_field("lostTokens", &self.lost_tokens.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for HeartbeatResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "lost_tokens",
            "lostTokens",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            LostTokens,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "lostTokens" | "lost_tokens" => Ok(GeneratedField::LostTokens),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = HeartbeatResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.HeartbeatResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<HeartbeatResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut lost_tokens__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::LostTokens => {
                            if lost_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("lostTokens"));
                            }
                            lost_tokens__ = 
                                Some(map_.next_value::<Vec<::pbjson::private::NumberDeserialize<_>>>()?
                                    .into_iter().map(|x| x.0).collect())
                            ;
                        }
                    }
                }
                Ok(HeartbeatResponse {
                    lost_tokens: lost_tokens__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.HeartbeatResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Host {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.address.is_empty() {
            len += 1;
        }
        if self.port != 0 {
            len += 1;
        }
        if !self.user.is_empty() {
            len += 1;
        }
        if !self.labels.is_empty() {
            len += 1;
        }
        if !self.groups.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Host", len)?;
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.address.is_empty() {
            struct_ser.serialize_field("address", &self.address)?;
        }
        if self.port != 0 {
            struct_ser.serialize_field("port", &self.port)?;
        }
        if !self.user.is_empty() {
            struct_ser.serialize_field("user", &self.user)?;
        }
        if !self.labels.is_empty() {
            struct_ser.serialize_field("labels", &self.labels)?;
        }
        if !self.groups.is_empty() {
            struct_ser.serialize_field("groups", &self.groups)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Host {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "name",
            "address",
            "port",
            "user",
            "labels",
            "groups",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Name,
            Address,
            Port,
            User,
            Labels,
            Groups,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "name" => Ok(GeneratedField::Name),
                            "address" => Ok(GeneratedField::Address),
                            "port" => Ok(GeneratedField::Port),
                            "user" => Ok(GeneratedField::User),
                            "labels" => Ok(GeneratedField::Labels),
                            "groups" => Ok(GeneratedField::Groups),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Host;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Host")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Host, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut name__ = None;
                let mut address__ = None;
                let mut port__ = None;
                let mut user__ = None;
                let mut labels__ = None;
                let mut groups__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Address => {
                            if address__.is_some() {
                                return Err(serde::de::Error::duplicate_field("address"));
                            }
                            address__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Port => {
                            if port__.is_some() {
                                return Err(serde::de::Error::duplicate_field("port"));
                            }
                            port__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::User => {
                            if user__.is_some() {
                                return Err(serde::de::Error::duplicate_field("user"));
                            }
                            user__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Labels => {
                            if labels__.is_some() {
                                return Err(serde::de::Error::duplicate_field("labels"));
                            }
                            labels__ = Some(
                                map_.next_value::<std::collections::HashMap<_, _>>()?
                            );
                        }
                        GeneratedField::Groups => {
                            if groups__.is_some() {
                                return Err(serde::de::Error::duplicate_field("groups"));
                            }
                            groups__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Host {
                    name: name__.unwrap_or_default(),
                    address: address__.unwrap_or_default(),
                    port: port__.unwrap_or_default(),
                    user: user__.unwrap_or_default(),
                    labels: labels__.unwrap_or_default(),
                    groups: groups__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Host", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for InclusionProofRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if self.seq != 0 {
            len += 1;
        }
        if self.tree_size != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.InclusionProofRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        if self.tree_size != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("treeSize", ToString::to_string(&self.tree_size).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for InclusionProofRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "seq",
            "tree_size",
            "treeSize",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Seq,
            TreeSize,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "seq" => Ok(GeneratedField::Seq),
                            "treeSize" | "tree_size" => Ok(GeneratedField::TreeSize),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = InclusionProofRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.InclusionProofRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<InclusionProofRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut seq__ = None;
                let mut tree_size__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::TreeSize => {
                            if tree_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("treeSize"));
                            }
                            tree_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(InclusionProofRequest {
                    scope: scope__,
                    seq: seq__.unwrap_or_default(),
                    tree_size: tree_size__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.InclusionProofRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for InclusionProofResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.index != 0 {
            len += 1;
        }
        if self.tree_size != 0 {
            len += 1;
        }
        if !self.hashes.is_empty() {
            len += 1;
        }
        if !self.leaf_hash.is_empty() {
            len += 1;
        }
        if !self.root_hash.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.InclusionProofResponse", len)?;
        if self.index != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("index", ToString::to_string(&self.index).as_str())?;
        }
        if self.tree_size != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("treeSize", ToString::to_string(&self.tree_size).as_str())?;
        }
        if !self.hashes.is_empty() {
            struct_ser.serialize_field("hashes", &self.hashes)?;
        }
        if !self.leaf_hash.is_empty() {
            struct_ser.serialize_field("leafHash", &self.leaf_hash)?;
        }
        if !self.root_hash.is_empty() {
            struct_ser.serialize_field("rootHash", &self.root_hash)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for InclusionProofResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "index",
            "tree_size",
            "treeSize",
            "hashes",
            "leaf_hash",
            "leafHash",
            "root_hash",
            "rootHash",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Index,
            TreeSize,
            Hashes,
            LeafHash,
            RootHash,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "index" => Ok(GeneratedField::Index),
                            "treeSize" | "tree_size" => Ok(GeneratedField::TreeSize),
                            "hashes" => Ok(GeneratedField::Hashes),
                            "leafHash" | "leaf_hash" => Ok(GeneratedField::LeafHash),
                            "rootHash" | "root_hash" => Ok(GeneratedField::RootHash),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = InclusionProofResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.InclusionProofResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<InclusionProofResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut index__ = None;
                let mut tree_size__ = None;
                let mut hashes__ = None;
                let mut leaf_hash__ = None;
                let mut root_hash__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Index => {
                            if index__.is_some() {
                                return Err(serde::de::Error::duplicate_field("index"));
                            }
                            index__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::TreeSize => {
                            if tree_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("treeSize"));
                            }
                            tree_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Hashes => {
                            if hashes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("hashes"));
                            }
                            hashes__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LeafHash => {
                            if leaf_hash__.is_some() {
                                return Err(serde::de::Error::duplicate_field("leafHash"));
                            }
                            leaf_hash__ = Some(map_.next_value()?);
                        }
                        GeneratedField::RootHash => {
                            if root_hash__.is_some() {
                                return Err(serde::de::Error::duplicate_field("rootHash"));
                            }
                            root_hash__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(InclusionProofResponse {
                    index: index__.unwrap_or_default(),
                    tree_size: tree_size__.unwrap_or_default(),
                    hashes: hashes__.unwrap_or_default(),
                    leaf_hash: leaf_hash__.unwrap_or_default(),
                    root_hash: root_hash__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.InclusionProofResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Lease {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.task_id.is_empty() {
            len += 1;
        }
        if self.attempt != 0 {
            len += 1;
        }
        if self.token != 0 {
            len += 1;
        }
        if self.expires_at.is_some() {
            len += 1;
        }
        if !self.uses.is_empty() {
            len += 1;
        }
        if !self.with_json.is_empty() {
            len += 1;
        }
        if !self.env.is_empty() {
            len += 1;
        }
        if self.timeout_ms != 0 {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        if self.scope.is_some() {
            len += 1;
        }
        if !self.workflow.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.secrets.is_empty() {
            len += 1;
        }
        if !self.secret_nonce.is_empty() {
            len += 1;
        }
        if !self.resources.is_empty() {
            len += 1;
        }
        if self.sandbox.is_some() {
            len += 1;
        }
        if self.effect != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Lease", len)?;
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.token != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("token", ToString::to_string(&self.token).as_str())?;
        }
        if let Some(v) = self.expires_at.as_ref() {
            struct_ser.serialize_field("expiresAt", v)?;
        }
        if !self.uses.is_empty() {
            struct_ser.serialize_field("uses", &self.uses)?;
        }
        if !self.with_json.is_empty() {
            struct_ser.serialize_field("withJson", &self.with_json)?;
        }
        if !self.env.is_empty() {
            struct_ser.serialize_field("env", &self.env)?;
        }
        if self.timeout_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("timeoutMs", ToString::to_string(&self.timeout_ms).as_str())?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.workflow.is_empty() {
            struct_ser.serialize_field("workflow", &self.workflow)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.secrets.is_empty() {
            struct_ser.serialize_field("secrets", &self.secrets)?;
        }
        if !self.secret_nonce.is_empty() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("secretNonce", pbjson::private::base64::encode(&self.secret_nonce).as_str())?;
        }
        if !self.resources.is_empty() {
            struct_ser.serialize_field("resources", &self.resources)?;
        }
        if let Some(v) = self.sandbox.as_ref() {
            struct_ser.serialize_field("sandbox", v)?;
        }
        if self.effect != 0 {
            struct_ser.serialize_field("effect", &self.effect)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Lease {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "run_id",
            "runId",
            "task_id",
            "taskId",
            "attempt",
            "token",
            "expires_at",
            "expiresAt",
            "uses",
            "with_json",
            "withJson",
            "env",
            "timeout_ms",
            "timeoutMs",
            "idempotency_key",
            "idempotencyKey",
            "scope",
            "workflow",
            "version",
            "secrets",
            "secret_nonce",
            "secretNonce",
            "resources",
            "sandbox",
            "effect",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            RunId,
            TaskId,
            Attempt,
            Token,
            ExpiresAt,
            Uses,
            WithJson,
            Env,
            TimeoutMs,
            IdempotencyKey,
            Scope,
            Workflow,
            Version,
            Secrets,
            SecretNonce,
            Resources,
            Sandbox,
            Effect,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            "attempt" => Ok(GeneratedField::Attempt),
                            "token" => Ok(GeneratedField::Token),
                            "expiresAt" | "expires_at" => Ok(GeneratedField::ExpiresAt),
                            "uses" => Ok(GeneratedField::Uses),
                            "withJson" | "with_json" => Ok(GeneratedField::WithJson),
                            "env" => Ok(GeneratedField::Env),
                            "timeoutMs" | "timeout_ms" => Ok(GeneratedField::TimeoutMs),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            "scope" => Ok(GeneratedField::Scope),
                            "workflow" => Ok(GeneratedField::Workflow),
                            "version" => Ok(GeneratedField::Version),
                            "secrets" => Ok(GeneratedField::Secrets),
                            "secretNonce" | "secret_nonce" => Ok(GeneratedField::SecretNonce),
                            "resources" => Ok(GeneratedField::Resources),
                            "sandbox" => Ok(GeneratedField::Sandbox),
                            "effect" => Ok(GeneratedField::Effect),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Lease;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Lease")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Lease, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut run_id__ = None;
                let mut task_id__ = None;
                let mut attempt__ = None;
                let mut token__ = None;
                let mut expires_at__ = None;
                let mut uses__ = None;
                let mut with_json__ = None;
                let mut env__ = None;
                let mut timeout_ms__ = None;
                let mut idempotency_key__ = None;
                let mut scope__ = None;
                let mut workflow__ = None;
                let mut version__ = None;
                let mut secrets__ = None;
                let mut secret_nonce__ = None;
                let mut resources__ = None;
                let mut sandbox__ = None;
                let mut effect__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Token => {
                            if token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("token"));
                            }
                            token__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::ExpiresAt => {
                            if expires_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("expiresAt"));
                            }
                            expires_at__ = map_.next_value()?;
                        }
                        GeneratedField::Uses => {
                            if uses__.is_some() {
                                return Err(serde::de::Error::duplicate_field("uses"));
                            }
                            uses__ = Some(map_.next_value()?);
                        }
                        GeneratedField::WithJson => {
                            if with_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("withJson"));
                            }
                            with_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Env => {
                            if env__.is_some() {
                                return Err(serde::de::Error::duplicate_field("env"));
                            }
                            env__ = Some(
                                map_.next_value::<std::collections::HashMap<_, _>>()?
                            );
                        }
                        GeneratedField::TimeoutMs => {
                            if timeout_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("timeoutMs"));
                            }
                            timeout_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Secrets => {
                            if secrets__.is_some() {
                                return Err(serde::de::Error::duplicate_field("secrets"));
                            }
                            secrets__ = Some(map_.next_value()?);
                        }
                        GeneratedField::SecretNonce => {
                            if secret_nonce__.is_some() {
                                return Err(serde::de::Error::duplicate_field("secretNonce"));
                            }
                            secret_nonce__ = 
                                Some(map_.next_value::<::pbjson::private::BytesDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Resources => {
                            if resources__.is_some() {
                                return Err(serde::de::Error::duplicate_field("resources"));
                            }
                            resources__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Sandbox => {
                            if sandbox__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sandbox"));
                            }
                            sandbox__ = map_.next_value()?;
                        }
                        GeneratedField::Effect => {
                            if effect__.is_some() {
                                return Err(serde::de::Error::duplicate_field("effect"));
                            }
                            effect__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Lease {
                    run_id: run_id__.unwrap_or_default(),
                    task_id: task_id__.unwrap_or_default(),
                    attempt: attempt__.unwrap_or_default(),
                    token: token__.unwrap_or_default(),
                    expires_at: expires_at__,
                    uses: uses__.unwrap_or_default(),
                    with_json: with_json__.unwrap_or_default(),
                    env: env__.unwrap_or_default(),
                    timeout_ms: timeout_ms__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                    scope: scope__,
                    workflow: workflow__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    secrets: secrets__.unwrap_or_default(),
                    secret_nonce: secret_nonce__.unwrap_or_default(),
                    resources: resources__.unwrap_or_default(),
                    sandbox: sandbox__,
                    effect: effect__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Lease", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for LifecycleNotice {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.by.is_empty() {
            len += 1;
        }
        if self.at.is_some() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.instead.is_empty() {
            len += 1;
        }
        if !self.decision_id.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.LifecycleNotice", len)?;
        if !self.by.is_empty() {
            struct_ser.serialize_field("by", &self.by)?;
        }
        if let Some(v) = self.at.as_ref() {
            struct_ser.serialize_field("at", v)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.instead.is_empty() {
            struct_ser.serialize_field("instead", &self.instead)?;
        }
        if !self.decision_id.is_empty() {
            struct_ser.serialize_field("decisionId", &self.decision_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for LifecycleNotice {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "by",
            "at",
            "reason",
            "instead",
            "decision_id",
            "decisionId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            By,
            At,
            Reason,
            Instead,
            DecisionId,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "by" => Ok(GeneratedField::By),
                            "at" => Ok(GeneratedField::At),
                            "reason" => Ok(GeneratedField::Reason),
                            "instead" => Ok(GeneratedField::Instead),
                            "decisionId" | "decision_id" => Ok(GeneratedField::DecisionId),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = LifecycleNotice;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.LifecycleNotice")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<LifecycleNotice, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut by__ = None;
                let mut at__ = None;
                let mut reason__ = None;
                let mut instead__ = None;
                let mut decision_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::By => {
                            if by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("by"));
                            }
                            by__ = Some(map_.next_value()?);
                        }
                        GeneratedField::At => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            at__ = map_.next_value()?;
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Instead => {
                            if instead__.is_some() {
                                return Err(serde::de::Error::duplicate_field("instead"));
                            }
                            instead__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DecisionId => {
                            if decision_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decisionId"));
                            }
                            decision_id__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(LifecycleNotice {
                    by: by__.unwrap_or_default(),
                    at: at__,
                    reason: reason__.unwrap_or_default(),
                    instead: instead__.unwrap_or_default(),
                    decision_id: decision_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.LifecycleNotice", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListDecisionsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if self.page_size != 0 {
            len += 1;
        }
        if !self.page_token.is_empty() {
            len += 1;
        }
        if self.denials_only {
            len += 1;
        }
        if self.reads {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListDecisionsRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if self.page_size != 0 {
            struct_ser.serialize_field("pageSize", &self.page_size)?;
        }
        if !self.page_token.is_empty() {
            struct_ser.serialize_field("pageToken", &self.page_token)?;
        }
        if self.denials_only {
            struct_ser.serialize_field("denialsOnly", &self.denials_only)?;
        }
        if self.reads {
            struct_ser.serialize_field("reads", &self.reads)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListDecisionsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "page_size",
            "pageSize",
            "page_token",
            "pageToken",
            "denials_only",
            "denialsOnly",
            "reads",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            PageSize,
            PageToken,
            DenialsOnly,
            Reads,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "pageSize" | "page_size" => Ok(GeneratedField::PageSize),
                            "pageToken" | "page_token" => Ok(GeneratedField::PageToken),
                            "denialsOnly" | "denials_only" => Ok(GeneratedField::DenialsOnly),
                            "reads" => Ok(GeneratedField::Reads),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListDecisionsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListDecisionsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListDecisionsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut page_size__ = None;
                let mut page_token__ = None;
                let mut denials_only__ = None;
                let mut reads__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::PageSize => {
                            if page_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pageSize"));
                            }
                            page_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::PageToken => {
                            if page_token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pageToken"));
                            }
                            page_token__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DenialsOnly => {
                            if denials_only__.is_some() {
                                return Err(serde::de::Error::duplicate_field("denialsOnly"));
                            }
                            denials_only__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reads => {
                            if reads__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reads"));
                            }
                            reads__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListDecisionsRequest {
                    scope: scope__,
                    page_size: page_size__.unwrap_or_default(),
                    page_token: page_token__.unwrap_or_default(),
                    denials_only: denials_only__.unwrap_or_default(),
                    reads: reads__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListDecisionsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListDecisionsResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.decisions.is_empty() {
            len += 1;
        }
        if !self.next_page_token.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListDecisionsResponse", len)?;
        if !self.decisions.is_empty() {
            struct_ser.serialize_field("decisions", &self.decisions)?;
        }
        if !self.next_page_token.is_empty() {
            struct_ser.serialize_field("nextPageToken", &self.next_page_token)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListDecisionsResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "decisions",
            "next_page_token",
            "nextPageToken",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Decisions,
            NextPageToken,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "decisions" => Ok(GeneratedField::Decisions),
                            "nextPageToken" | "next_page_token" => Ok(GeneratedField::NextPageToken),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListDecisionsResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListDecisionsResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListDecisionsResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut decisions__ = None;
                let mut next_page_token__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Decisions => {
                            if decisions__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decisions"));
                            }
                            decisions__ = Some(map_.next_value()?);
                        }
                        GeneratedField::NextPageToken => {
                            if next_page_token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nextPageToken"));
                            }
                            next_page_token__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListDecisionsResponse {
                    decisions: decisions__.unwrap_or_default(),
                    next_page_token: next_page_token__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListDecisionsResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListGrantsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListGrantsRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListGrantsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListGrantsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListGrantsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListGrantsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ListGrantsRequest {
                    scope: scope__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListGrantsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListGrantsResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.grants.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListGrantsResponse", len)?;
        if !self.grants.is_empty() {
            struct_ser.serialize_field("grants", &self.grants)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListGrantsResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "grants",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Grants,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "grants" => Ok(GeneratedField::Grants),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListGrantsResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListGrantsResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListGrantsResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut grants__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Grants => {
                            if grants__.is_some() {
                                return Err(serde::de::Error::duplicate_field("grants"));
                            }
                            grants__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListGrantsResponse {
                    grants: grants__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListGrantsResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListHostsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.filter.is_empty() {
            len += 1;
        }
        if self.page_size != 0 {
            len += 1;
        }
        if !self.page_token.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListHostsRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.filter.is_empty() {
            struct_ser.serialize_field("filter", &self.filter)?;
        }
        if self.page_size != 0 {
            struct_ser.serialize_field("pageSize", &self.page_size)?;
        }
        if !self.page_token.is_empty() {
            struct_ser.serialize_field("pageToken", &self.page_token)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListHostsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "filter",
            "page_size",
            "pageSize",
            "page_token",
            "pageToken",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Filter,
            PageSize,
            PageToken,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "filter" => Ok(GeneratedField::Filter),
                            "pageSize" | "page_size" => Ok(GeneratedField::PageSize),
                            "pageToken" | "page_token" => Ok(GeneratedField::PageToken),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListHostsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListHostsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListHostsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut filter__ = None;
                let mut page_size__ = None;
                let mut page_token__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Filter => {
                            if filter__.is_some() {
                                return Err(serde::de::Error::duplicate_field("filter"));
                            }
                            filter__ = Some(map_.next_value()?);
                        }
                        GeneratedField::PageSize => {
                            if page_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pageSize"));
                            }
                            page_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::PageToken => {
                            if page_token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pageToken"));
                            }
                            page_token__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListHostsRequest {
                    scope: scope__,
                    filter: filter__.unwrap_or_default(),
                    page_size: page_size__.unwrap_or_default(),
                    page_token: page_token__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListHostsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListHostsResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.hosts.is_empty() {
            len += 1;
        }
        if !self.next_page_token.is_empty() {
            len += 1;
        }
        if self.total != 0 {
            len += 1;
        }
        if !self.unknown_labels.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListHostsResponse", len)?;
        if !self.hosts.is_empty() {
            struct_ser.serialize_field("hosts", &self.hosts)?;
        }
        if !self.next_page_token.is_empty() {
            struct_ser.serialize_field("nextPageToken", &self.next_page_token)?;
        }
        if self.total != 0 {
            struct_ser.serialize_field("total", &self.total)?;
        }
        if !self.unknown_labels.is_empty() {
            struct_ser.serialize_field("unknownLabels", &self.unknown_labels)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListHostsResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "hosts",
            "next_page_token",
            "nextPageToken",
            "total",
            "unknown_labels",
            "unknownLabels",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Hosts,
            NextPageToken,
            Total,
            UnknownLabels,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "hosts" => Ok(GeneratedField::Hosts),
                            "nextPageToken" | "next_page_token" => Ok(GeneratedField::NextPageToken),
                            "total" => Ok(GeneratedField::Total),
                            "unknownLabels" | "unknown_labels" => Ok(GeneratedField::UnknownLabels),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListHostsResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListHostsResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListHostsResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut hosts__ = None;
                let mut next_page_token__ = None;
                let mut total__ = None;
                let mut unknown_labels__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Hosts => {
                            if hosts__.is_some() {
                                return Err(serde::de::Error::duplicate_field("hosts"));
                            }
                            hosts__ = Some(map_.next_value()?);
                        }
                        GeneratedField::NextPageToken => {
                            if next_page_token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nextPageToken"));
                            }
                            next_page_token__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Total => {
                            if total__.is_some() {
                                return Err(serde::de::Error::duplicate_field("total"));
                            }
                            total__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::UnknownLabels => {
                            if unknown_labels__.is_some() {
                                return Err(serde::de::Error::duplicate_field("unknownLabels"));
                            }
                            unknown_labels__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListHostsResponse {
                    hosts: hosts__.unwrap_or_default(),
                    next_page_token: next_page_token__.unwrap_or_default(),
                    total: total__.unwrap_or_default(),
                    unknown_labels: unknown_labels__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListHostsResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListRunsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if self.page_size != 0 {
            len += 1;
        }
        if !self.page_token.is_empty() {
            len += 1;
        }
        if !self.statuses.is_empty() {
            len += 1;
        }
        if !self.workflow.is_empty() {
            len += 1;
        }
        if !self.owner.is_empty() {
            len += 1;
        }
        if self.since.is_some() {
            len += 1;
        }
        if self.until.is_some() {
            len += 1;
        }
        if !self.text.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListRunsRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if self.page_size != 0 {
            struct_ser.serialize_field("pageSize", &self.page_size)?;
        }
        if !self.page_token.is_empty() {
            struct_ser.serialize_field("pageToken", &self.page_token)?;
        }
        if !self.statuses.is_empty() {
            let v = self.statuses.iter().cloned().map(|v| {
                RunStatus::try_from(v)
                    .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", v)))
                }).collect::<std::result::Result<Vec<_>, _>>()?;
            struct_ser.serialize_field("statuses", &v)?;
        }
        if !self.workflow.is_empty() {
            struct_ser.serialize_field("workflow", &self.workflow)?;
        }
        if !self.owner.is_empty() {
            struct_ser.serialize_field("owner", &self.owner)?;
        }
        if let Some(v) = self.since.as_ref() {
            struct_ser.serialize_field("since", v)?;
        }
        if let Some(v) = self.until.as_ref() {
            struct_ser.serialize_field("until", v)?;
        }
        if !self.text.is_empty() {
            struct_ser.serialize_field("text", &self.text)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListRunsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "page_size",
            "pageSize",
            "page_token",
            "pageToken",
            "statuses",
            "workflow",
            "owner",
            "since",
            "until",
            "text",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            PageSize,
            PageToken,
            Statuses,
            Workflow,
            Owner,
            Since,
            Until,
            Text,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "pageSize" | "page_size" => Ok(GeneratedField::PageSize),
                            "pageToken" | "page_token" => Ok(GeneratedField::PageToken),
                            "statuses" => Ok(GeneratedField::Statuses),
                            "workflow" => Ok(GeneratedField::Workflow),
                            "owner" => Ok(GeneratedField::Owner),
                            "since" => Ok(GeneratedField::Since),
                            "until" => Ok(GeneratedField::Until),
                            "text" => Ok(GeneratedField::Text),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListRunsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListRunsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListRunsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut page_size__ = None;
                let mut page_token__ = None;
                let mut statuses__ = None;
                let mut workflow__ = None;
                let mut owner__ = None;
                let mut since__ = None;
                let mut until__ = None;
                let mut text__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::PageSize => {
                            if page_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pageSize"));
                            }
                            page_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::PageToken => {
                            if page_token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pageToken"));
                            }
                            page_token__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Statuses => {
                            if statuses__.is_some() {
                                return Err(serde::de::Error::duplicate_field("statuses"));
                            }
                            statuses__ = Some(map_.next_value::<Vec<RunStatus>>()?.into_iter().map(|x| x as i32).collect());
                        }
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Owner => {
                            if owner__.is_some() {
                                return Err(serde::de::Error::duplicate_field("owner"));
                            }
                            owner__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Since => {
                            if since__.is_some() {
                                return Err(serde::de::Error::duplicate_field("since"));
                            }
                            since__ = map_.next_value()?;
                        }
                        GeneratedField::Until => {
                            if until__.is_some() {
                                return Err(serde::de::Error::duplicate_field("until"));
                            }
                            until__ = map_.next_value()?;
                        }
                        GeneratedField::Text => {
                            if text__.is_some() {
                                return Err(serde::de::Error::duplicate_field("text"));
                            }
                            text__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListRunsRequest {
                    scope: scope__,
                    page_size: page_size__.unwrap_or_default(),
                    page_token: page_token__.unwrap_or_default(),
                    statuses: statuses__.unwrap_or_default(),
                    workflow: workflow__.unwrap_or_default(),
                    owner: owner__.unwrap_or_default(),
                    since: since__,
                    until: until__,
                    text: text__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListRunsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListRunsResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.runs.is_empty() {
            len += 1;
        }
        if !self.next_page_token.is_empty() {
            len += 1;
        }
        if self.total != 0 {
            len += 1;
        }
        if self.seq != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListRunsResponse", len)?;
        if !self.runs.is_empty() {
            struct_ser.serialize_field("runs", &self.runs)?;
        }
        if !self.next_page_token.is_empty() {
            struct_ser.serialize_field("nextPageToken", &self.next_page_token)?;
        }
        if self.total != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("total", ToString::to_string(&self.total).as_str())?;
        }
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListRunsResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "runs",
            "next_page_token",
            "nextPageToken",
            "total",
            "seq",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Runs,
            NextPageToken,
            Total,
            Seq,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "runs" => Ok(GeneratedField::Runs),
                            "nextPageToken" | "next_page_token" => Ok(GeneratedField::NextPageToken),
                            "total" => Ok(GeneratedField::Total),
                            "seq" => Ok(GeneratedField::Seq),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListRunsResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListRunsResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListRunsResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut runs__ = None;
                let mut next_page_token__ = None;
                let mut total__ = None;
                let mut seq__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = Some(map_.next_value()?);
                        }
                        GeneratedField::NextPageToken => {
                            if next_page_token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nextPageToken"));
                            }
                            next_page_token__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Total => {
                            if total__.is_some() {
                                return Err(serde::de::Error::duplicate_field("total"));
                            }
                            total__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ListRunsResponse {
                    runs: runs__.unwrap_or_default(),
                    next_page_token: next_page_token__.unwrap_or_default(),
                    total: total__.unwrap_or_default(),
                    seq: seq__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListRunsResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListSchedulesRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if self.page_size != 0 {
            len += 1;
        }
        if !self.page_token.is_empty() {
            len += 1;
        }
        if !self.workflow.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListSchedulesRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if self.page_size != 0 {
            struct_ser.serialize_field("pageSize", &self.page_size)?;
        }
        if !self.page_token.is_empty() {
            struct_ser.serialize_field("pageToken", &self.page_token)?;
        }
        if !self.workflow.is_empty() {
            struct_ser.serialize_field("workflow", &self.workflow)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListSchedulesRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "page_size",
            "pageSize",
            "page_token",
            "pageToken",
            "workflow",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            PageSize,
            PageToken,
            Workflow,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "pageSize" | "page_size" => Ok(GeneratedField::PageSize),
                            "pageToken" | "page_token" => Ok(GeneratedField::PageToken),
                            "workflow" => Ok(GeneratedField::Workflow),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListSchedulesRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListSchedulesRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListSchedulesRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut page_size__ = None;
                let mut page_token__ = None;
                let mut workflow__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::PageSize => {
                            if page_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pageSize"));
                            }
                            page_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::PageToken => {
                            if page_token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pageToken"));
                            }
                            page_token__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListSchedulesRequest {
                    scope: scope__,
                    page_size: page_size__.unwrap_or_default(),
                    page_token: page_token__.unwrap_or_default(),
                    workflow: workflow__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListSchedulesRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListSchedulesResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.schedules.is_empty() {
            len += 1;
        }
        if !self.next_page_token.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListSchedulesResponse", len)?;
        if !self.schedules.is_empty() {
            struct_ser.serialize_field("schedules", &self.schedules)?;
        }
        if !self.next_page_token.is_empty() {
            struct_ser.serialize_field("nextPageToken", &self.next_page_token)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListSchedulesResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "schedules",
            "next_page_token",
            "nextPageToken",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Schedules,
            NextPageToken,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "schedules" => Ok(GeneratedField::Schedules),
                            "nextPageToken" | "next_page_token" => Ok(GeneratedField::NextPageToken),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListSchedulesResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListSchedulesResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListSchedulesResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut schedules__ = None;
                let mut next_page_token__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Schedules => {
                            if schedules__.is_some() {
                                return Err(serde::de::Error::duplicate_field("schedules"));
                            }
                            schedules__ = Some(map_.next_value()?);
                        }
                        GeneratedField::NextPageToken => {
                            if next_page_token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nextPageToken"));
                            }
                            next_page_token__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListSchedulesResponse {
                    schedules: schedules__.unwrap_or_default(),
                    next_page_token: next_page_token__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListSchedulesResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListSecretsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListSecretsRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListSecretsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListSecretsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListSecretsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListSecretsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ListSecretsRequest {
                    scope: scope__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListSecretsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListSecretsResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.secrets.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListSecretsResponse", len)?;
        if !self.secrets.is_empty() {
            struct_ser.serialize_field("secrets", &self.secrets)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListSecretsResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "secrets",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Secrets,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "secrets" => Ok(GeneratedField::Secrets),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListSecretsResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListSecretsResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListSecretsResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut secrets__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Secrets => {
                            if secrets__.is_some() {
                                return Err(serde::de::Error::duplicate_field("secrets"));
                            }
                            secrets__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListSecretsResponse {
                    secrets: secrets__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListSecretsResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListWorkersRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListWorkersRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListWorkersRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListWorkersRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListWorkersRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListWorkersRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ListWorkersRequest {
                    scope: scope__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListWorkersRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListWorkersResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.workers.is_empty() {
            len += 1;
        }
        if self.queue_depth != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListWorkersResponse", len)?;
        if !self.workers.is_empty() {
            struct_ser.serialize_field("workers", &self.workers)?;
        }
        if self.queue_depth != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("queueDepth", ToString::to_string(&self.queue_depth).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListWorkersResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "workers",
            "queue_depth",
            "queueDepth",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Workers,
            QueueDepth,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workers" => Ok(GeneratedField::Workers),
                            "queueDepth" | "queue_depth" => Ok(GeneratedField::QueueDepth),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListWorkersResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListWorkersResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListWorkersResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut workers__ = None;
                let mut queue_depth__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Workers => {
                            if workers__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workers"));
                            }
                            workers__ = Some(map_.next_value()?);
                        }
                        GeneratedField::QueueDepth => {
                            if queue_depth__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queueDepth"));
                            }
                            queue_depth__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ListWorkersResponse {
                    workers: workers__.unwrap_or_default(),
                    queue_depth: queue_depth__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListWorkersResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListWorkflowsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if self.page_size != 0 {
            len += 1;
        }
        if !self.page_token.is_empty() {
            len += 1;
        }
        if self.all_versions {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListWorkflowsRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if self.page_size != 0 {
            struct_ser.serialize_field("pageSize", &self.page_size)?;
        }
        if !self.page_token.is_empty() {
            struct_ser.serialize_field("pageToken", &self.page_token)?;
        }
        if self.all_versions {
            struct_ser.serialize_field("allVersions", &self.all_versions)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListWorkflowsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "page_size",
            "pageSize",
            "page_token",
            "pageToken",
            "all_versions",
            "allVersions",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            PageSize,
            PageToken,
            AllVersions,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "pageSize" | "page_size" => Ok(GeneratedField::PageSize),
                            "pageToken" | "page_token" => Ok(GeneratedField::PageToken),
                            "allVersions" | "all_versions" => Ok(GeneratedField::AllVersions),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListWorkflowsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListWorkflowsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListWorkflowsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut page_size__ = None;
                let mut page_token__ = None;
                let mut all_versions__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::PageSize => {
                            if page_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pageSize"));
                            }
                            page_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::PageToken => {
                            if page_token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pageToken"));
                            }
                            page_token__ = Some(map_.next_value()?);
                        }
                        GeneratedField::AllVersions => {
                            if all_versions__.is_some() {
                                return Err(serde::de::Error::duplicate_field("allVersions"));
                            }
                            all_versions__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListWorkflowsRequest {
                    scope: scope__,
                    page_size: page_size__.unwrap_or_default(),
                    page_token: page_token__.unwrap_or_default(),
                    all_versions: all_versions__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListWorkflowsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ListWorkflowsResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.workflows.is_empty() {
            len += 1;
        }
        if !self.next_page_token.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ListWorkflowsResponse", len)?;
        if !self.workflows.is_empty() {
            struct_ser.serialize_field("workflows", &self.workflows)?;
        }
        if !self.next_page_token.is_empty() {
            struct_ser.serialize_field("nextPageToken", &self.next_page_token)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ListWorkflowsResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "workflows",
            "next_page_token",
            "nextPageToken",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Workflows,
            NextPageToken,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workflows" => Ok(GeneratedField::Workflows),
                            "nextPageToken" | "next_page_token" => Ok(GeneratedField::NextPageToken),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ListWorkflowsResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ListWorkflowsResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ListWorkflowsResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut workflows__ = None;
                let mut next_page_token__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Workflows => {
                            if workflows__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflows"));
                            }
                            workflows__ = Some(map_.next_value()?);
                        }
                        GeneratedField::NextPageToken => {
                            if next_page_token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nextPageToken"));
                            }
                            next_page_token__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ListWorkflowsResponse {
                    workflows: workflows__.unwrap_or_default(),
                    next_page_token: next_page_token__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ListWorkflowsResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for LogChunk {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.task_id.is_empty() {
            len += 1;
        }
        if self.attempt != 0 {
            len += 1;
        }
        if self.stream != 0 {
            len += 1;
        }
        if !self.data.is_empty() {
            len += 1;
        }
        if self.next_offset != 0 {
            len += 1;
        }
        if self.at.is_some() {
            len += 1;
        }
        if self.dropped_bytes != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.LogChunk", len)?;
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.stream != 0 {
            let v = LogStream::try_from(self.stream)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.stream)))?;
            struct_ser.serialize_field("stream", &v)?;
        }
        if !self.data.is_empty() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("data", pbjson::private::base64::encode(&self.data).as_str())?;
        }
        if self.next_offset != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("nextOffset", ToString::to_string(&self.next_offset).as_str())?;
        }
        if let Some(v) = self.at.as_ref() {
            struct_ser.serialize_field("at", v)?;
        }
        if self.dropped_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("droppedBytes", ToString::to_string(&self.dropped_bytes).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for LogChunk {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "task_id",
            "taskId",
            "attempt",
            "stream",
            "data",
            "next_offset",
            "nextOffset",
            "at",
            "dropped_bytes",
            "droppedBytes",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            TaskId,
            Attempt,
            Stream,
            Data,
            NextOffset,
            At,
            DroppedBytes,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            "attempt" => Ok(GeneratedField::Attempt),
                            "stream" => Ok(GeneratedField::Stream),
                            "data" => Ok(GeneratedField::Data),
                            "nextOffset" | "next_offset" => Ok(GeneratedField::NextOffset),
                            "at" => Ok(GeneratedField::At),
                            "droppedBytes" | "dropped_bytes" => Ok(GeneratedField::DroppedBytes),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = LogChunk;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.LogChunk")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<LogChunk, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut task_id__ = None;
                let mut attempt__ = None;
                let mut stream__ = None;
                let mut data__ = None;
                let mut next_offset__ = None;
                let mut at__ = None;
                let mut dropped_bytes__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Stream => {
                            if stream__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stream"));
                            }
                            stream__ = Some(map_.next_value::<LogStream>()? as i32);
                        }
                        GeneratedField::Data => {
                            if data__.is_some() {
                                return Err(serde::de::Error::duplicate_field("data"));
                            }
                            data__ = 
                                Some(map_.next_value::<::pbjson::private::BytesDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::NextOffset => {
                            if next_offset__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nextOffset"));
                            }
                            next_offset__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::At => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            at__ = map_.next_value()?;
                        }
                        GeneratedField::DroppedBytes => {
                            if dropped_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("droppedBytes"));
                            }
                            dropped_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(LogChunk {
                    task_id: task_id__.unwrap_or_default(),
                    attempt: attempt__.unwrap_or_default(),
                    stream: stream__.unwrap_or_default(),
                    data: data__.unwrap_or_default(),
                    next_offset: next_offset__.unwrap_or_default(),
                    at: at__,
                    dropped_bytes: dropped_bytes__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.LogChunk", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for LogStream {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "LOG_STREAM_UNSPECIFIED",
            Self::Stdout => "LOG_STREAM_STDOUT",
            Self::Stderr => "LOG_STREAM_STDERR",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for LogStream {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "LOG_STREAM_UNSPECIFIED",
            "LOG_STREAM_STDOUT",
            "LOG_STREAM_STDERR",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = LogStream;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "LOG_STREAM_UNSPECIFIED" => Ok(LogStream::Unspecified),
                    "LOG_STREAM_STDOUT" => Ok(LogStream::Stdout),
                    "LOG_STREAM_STDERR" => Ok(LogStream::Stderr),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for Missed {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "MISSED_UNSPECIFIED",
            Self::Skip => "MISSED_SKIP",
            Self::Once => "MISSED_ONCE",
            Self::All => "MISSED_ALL",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for Missed {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "MISSED_UNSPECIFIED",
            "MISSED_SKIP",
            "MISSED_ONCE",
            "MISSED_ALL",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = Missed;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "MISSED_UNSPECIFIED" => Ok(Missed::Unspecified),
                    "MISSED_SKIP" => Ok(Missed::Skip),
                    "MISSED_ONCE" => Ok(Missed::Once),
                    "MISSED_ALL" => Ok(Missed::All),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for NextScheduleRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if self.spec.is_some() {
            len += 1;
        }
        if self.count != 0 {
            len += 1;
        }
        if self.after.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.NextScheduleRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if let Some(v) = self.spec.as_ref() {
            struct_ser.serialize_field("spec", v)?;
        }
        if self.count != 0 {
            struct_ser.serialize_field("count", &self.count)?;
        }
        if let Some(v) = self.after.as_ref() {
            struct_ser.serialize_field("after", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NextScheduleRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
            "spec",
            "count",
            "after",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
            Spec,
            Count,
            After,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            "spec" => Ok(GeneratedField::Spec),
                            "count" => Ok(GeneratedField::Count),
                            "after" => Ok(GeneratedField::After),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NextScheduleRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.NextScheduleRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NextScheduleRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                let mut spec__ = None;
                let mut count__ = None;
                let mut after__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Spec => {
                            if spec__.is_some() {
                                return Err(serde::de::Error::duplicate_field("spec"));
                            }
                            spec__ = map_.next_value()?;
                        }
                        GeneratedField::Count => {
                            if count__.is_some() {
                                return Err(serde::de::Error::duplicate_field("count"));
                            }
                            count__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::After => {
                            if after__.is_some() {
                                return Err(serde::de::Error::duplicate_field("after"));
                            }
                            after__ = map_.next_value()?;
                        }
                    }
                }
                Ok(NextScheduleRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                    spec: spec__,
                    count: count__.unwrap_or_default(),
                    after: after__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.NextScheduleRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for NextScheduleResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.times.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.NextScheduleResponse", len)?;
        if !self.times.is_empty() {
            struct_ser.serialize_field("times", &self.times)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for NextScheduleResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "times",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Times,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "times" => Ok(GeneratedField::Times),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = NextScheduleResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.NextScheduleResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<NextScheduleResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut times__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Times => {
                            if times__.is_some() {
                                return Err(serde::de::Error::duplicate_field("times"));
                            }
                            times__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(NextScheduleResponse {
                    times: times__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.NextScheduleResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Outcome {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "OUTCOME_UNSPECIFIED",
            Self::Succeeded => "OUTCOME_SUCCEEDED",
            Self::Failed => "OUTCOME_FAILED",
            Self::TimedOut => "OUTCOME_TIMED_OUT",
            Self::Cancelled => "OUTCOME_CANCELLED",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for Outcome {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "OUTCOME_UNSPECIFIED",
            "OUTCOME_SUCCEEDED",
            "OUTCOME_FAILED",
            "OUTCOME_TIMED_OUT",
            "OUTCOME_CANCELLED",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = Outcome;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "OUTCOME_UNSPECIFIED" => Ok(Outcome::Unspecified),
                    "OUTCOME_SUCCEEDED" => Ok(Outcome::Succeeded),
                    "OUTCOME_FAILED" => Ok(Outcome::Failed),
                    "OUTCOME_TIMED_OUT" => Ok(Outcome::TimedOut),
                    "OUTCOME_CANCELLED" => Ok(Outcome::Cancelled),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for Overlap {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "OVERLAP_UNSPECIFIED",
            Self::Skip => "OVERLAP_SKIP",
            Self::Queue => "OVERLAP_QUEUE",
            Self::Replace => "OVERLAP_REPLACE",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for Overlap {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "OVERLAP_UNSPECIFIED",
            "OVERLAP_SKIP",
            "OVERLAP_QUEUE",
            "OVERLAP_REPLACE",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = Overlap;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "OVERLAP_UNSPECIFIED" => Ok(Overlap::Unspecified),
                    "OVERLAP_SKIP" => Ok(Overlap::Skip),
                    "OVERLAP_QUEUE" => Ok(Overlap::Queue),
                    "OVERLAP_REPLACE" => Ok(Overlap::Replace),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for ParentTask {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.task_id.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ParentTask", len)?;
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ParentTask {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "run_id",
            "runId",
            "task_id",
            "taskId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            RunId,
            TaskId,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ParentTask;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ParentTask")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ParentTask, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut run_id__ = None;
                let mut task_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ParentTask {
                    run_id: run_id__.unwrap_or_default(),
                    task_id: task_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ParentTask", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Pause {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.by.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if self.at.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Pause", len)?;
        if !self.by.is_empty() {
            struct_ser.serialize_field("by", &self.by)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if let Some(v) = self.at.as_ref() {
            struct_ser.serialize_field("at", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Pause {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "by",
            "reason",
            "at",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            By,
            Reason,
            At,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "by" => Ok(GeneratedField::By),
                            "reason" => Ok(GeneratedField::Reason),
                            "at" => Ok(GeneratedField::At),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Pause;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Pause")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Pause, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut by__ = None;
                let mut reason__ = None;
                let mut at__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::By => {
                            if by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("by"));
                            }
                            by__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::At => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            at__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Pause {
                    by: by__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    at: at__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Pause", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PauseRunRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PauseRunRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PauseRunRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "run_id",
            "runId",
            "reason",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            RunId,
            Reason,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "reason" => Ok(GeneratedField::Reason),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PauseRunRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PauseRunRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PauseRunRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut run_id__ = None;
                let mut reason__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(PauseRunRequest {
                    scope: scope__,
                    run_id: run_id__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PauseRunRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PauseScheduleRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PauseScheduleRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PauseScheduleRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
            "reason",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
            Reason,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            "reason" => Ok(GeneratedField::Reason),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PauseScheduleRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PauseScheduleRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PauseScheduleRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                let mut reason__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(PauseScheduleRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PauseScheduleRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PauseScheduleResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.schedule.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PauseScheduleResponse", len)?;
        if let Some(v) = self.schedule.as_ref() {
            struct_ser.serialize_field("schedule", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PauseScheduleResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "schedule",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Schedule,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "schedule" => Ok(GeneratedField::Schedule),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PauseScheduleResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PauseScheduleResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PauseScheduleResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut schedule__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Schedule => {
                            if schedule__.is_some() {
                                return Err(serde::de::Error::duplicate_field("schedule"));
                            }
                            schedule__ = map_.next_value()?;
                        }
                    }
                }
                Ok(PauseScheduleResponse {
                    schedule: schedule__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PauseScheduleResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Plan {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.digest.is_empty() {
            len += 1;
        }
        if self.scope.is_some() {
            len += 1;
        }
        if !self.workflow.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.workflow_digest.is_empty() {
            len += 1;
        }
        if self.published {
            len += 1;
        }
        if !self.inputs_json.is_empty() {
            len += 1;
        }
        if !self.bundle_revision.is_empty() {
            len += 1;
        }
        if self.start.is_some() {
            len += 1;
        }
        if !self.tasks.is_empty() {
            len += 1;
        }
        if !self.problems.is_empty() {
            len += 1;
        }
        if !self.warnings.is_empty() {
            len += 1;
        }
        if !self.approvals.is_empty() {
            len += 1;
        }
        if self.estimate.is_some() {
            len += 1;
        }
        if !self.group.is_empty() {
            len += 1;
        }
        if self.group_limit != 0 {
            len += 1;
        }
        if !self.when_busy.is_empty() {
            len += 1;
        }
        if !self.secrets.is_empty() {
            len += 1;
        }
        if self.timeout_ms != 0 {
            len += 1;
        }
        if self.undo_on_failure {
            len += 1;
        }
        if self.left_out != 0 {
            len += 1;
        }
        if self.cut != 0 {
            len += 1;
        }
        if !self.binding.is_empty() {
            len += 1;
        }
        if self.startable {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Plan", len)?;
        if !self.digest.is_empty() {
            struct_ser.serialize_field("digest", &self.digest)?;
        }
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.workflow.is_empty() {
            struct_ser.serialize_field("workflow", &self.workflow)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.workflow_digest.is_empty() {
            struct_ser.serialize_field("workflowDigest", &self.workflow_digest)?;
        }
        if self.published {
            struct_ser.serialize_field("published", &self.published)?;
        }
        if !self.inputs_json.is_empty() {
            struct_ser.serialize_field("inputsJson", &self.inputs_json)?;
        }
        if !self.bundle_revision.is_empty() {
            struct_ser.serialize_field("bundleRevision", &self.bundle_revision)?;
        }
        if let Some(v) = self.start.as_ref() {
            struct_ser.serialize_field("start", v)?;
        }
        if !self.tasks.is_empty() {
            struct_ser.serialize_field("tasks", &self.tasks)?;
        }
        if !self.problems.is_empty() {
            struct_ser.serialize_field("problems", &self.problems)?;
        }
        if !self.warnings.is_empty() {
            struct_ser.serialize_field("warnings", &self.warnings)?;
        }
        if !self.approvals.is_empty() {
            struct_ser.serialize_field("approvals", &self.approvals)?;
        }
        if let Some(v) = self.estimate.as_ref() {
            struct_ser.serialize_field("estimate", v)?;
        }
        if !self.group.is_empty() {
            struct_ser.serialize_field("group", &self.group)?;
        }
        if self.group_limit != 0 {
            struct_ser.serialize_field("groupLimit", &self.group_limit)?;
        }
        if !self.when_busy.is_empty() {
            struct_ser.serialize_field("whenBusy", &self.when_busy)?;
        }
        if !self.secrets.is_empty() {
            struct_ser.serialize_field("secrets", &self.secrets)?;
        }
        if self.timeout_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("timeoutMs", ToString::to_string(&self.timeout_ms).as_str())?;
        }
        if self.undo_on_failure {
            struct_ser.serialize_field("undoOnFailure", &self.undo_on_failure)?;
        }
        if self.left_out != 0 {
            struct_ser.serialize_field("leftOut", &self.left_out)?;
        }
        if self.cut != 0 {
            struct_ser.serialize_field("cut", &self.cut)?;
        }
        if !self.binding.is_empty() {
            struct_ser.serialize_field("binding", &self.binding)?;
        }
        if self.startable {
            struct_ser.serialize_field("startable", &self.startable)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Plan {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "digest",
            "scope",
            "workflow",
            "version",
            "workflow_digest",
            "workflowDigest",
            "published",
            "inputs_json",
            "inputsJson",
            "bundle_revision",
            "bundleRevision",
            "start",
            "tasks",
            "problems",
            "warnings",
            "approvals",
            "estimate",
            "group",
            "group_limit",
            "groupLimit",
            "when_busy",
            "whenBusy",
            "secrets",
            "timeout_ms",
            "timeoutMs",
            "undo_on_failure",
            "undoOnFailure",
            "left_out",
            "leftOut",
            "cut",
            "binding",
            "startable",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Digest,
            Scope,
            Workflow,
            Version,
            WorkflowDigest,
            Published,
            InputsJson,
            BundleRevision,
            Start,
            Tasks,
            Problems,
            Warnings,
            Approvals,
            Estimate,
            Group,
            GroupLimit,
            WhenBusy,
            Secrets,
            TimeoutMs,
            UndoOnFailure,
            LeftOut,
            Cut,
            Binding,
            Startable,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "digest" => Ok(GeneratedField::Digest),
                            "scope" => Ok(GeneratedField::Scope),
                            "workflow" => Ok(GeneratedField::Workflow),
                            "version" => Ok(GeneratedField::Version),
                            "workflowDigest" | "workflow_digest" => Ok(GeneratedField::WorkflowDigest),
                            "published" => Ok(GeneratedField::Published),
                            "inputsJson" | "inputs_json" => Ok(GeneratedField::InputsJson),
                            "bundleRevision" | "bundle_revision" => Ok(GeneratedField::BundleRevision),
                            "start" => Ok(GeneratedField::Start),
                            "tasks" => Ok(GeneratedField::Tasks),
                            "problems" => Ok(GeneratedField::Problems),
                            "warnings" => Ok(GeneratedField::Warnings),
                            "approvals" => Ok(GeneratedField::Approvals),
                            "estimate" => Ok(GeneratedField::Estimate),
                            "group" => Ok(GeneratedField::Group),
                            "groupLimit" | "group_limit" => Ok(GeneratedField::GroupLimit),
                            "whenBusy" | "when_busy" => Ok(GeneratedField::WhenBusy),
                            "secrets" => Ok(GeneratedField::Secrets),
                            "timeoutMs" | "timeout_ms" => Ok(GeneratedField::TimeoutMs),
                            "undoOnFailure" | "undo_on_failure" => Ok(GeneratedField::UndoOnFailure),
                            "leftOut" | "left_out" => Ok(GeneratedField::LeftOut),
                            "cut" => Ok(GeneratedField::Cut),
                            "binding" => Ok(GeneratedField::Binding),
                            "startable" => Ok(GeneratedField::Startable),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Plan;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Plan")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Plan, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut digest__ = None;
                let mut scope__ = None;
                let mut workflow__ = None;
                let mut version__ = None;
                let mut workflow_digest__ = None;
                let mut published__ = None;
                let mut inputs_json__ = None;
                let mut bundle_revision__ = None;
                let mut start__ = None;
                let mut tasks__ = None;
                let mut problems__ = None;
                let mut warnings__ = None;
                let mut approvals__ = None;
                let mut estimate__ = None;
                let mut group__ = None;
                let mut group_limit__ = None;
                let mut when_busy__ = None;
                let mut secrets__ = None;
                let mut timeout_ms__ = None;
                let mut undo_on_failure__ = None;
                let mut left_out__ = None;
                let mut cut__ = None;
                let mut binding__ = None;
                let mut startable__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Digest => {
                            if digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("digest"));
                            }
                            digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::WorkflowDigest => {
                            if workflow_digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflowDigest"));
                            }
                            workflow_digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Published => {
                            if published__.is_some() {
                                return Err(serde::de::Error::duplicate_field("published"));
                            }
                            published__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InputsJson => {
                            if inputs_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inputsJson"));
                            }
                            inputs_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::BundleRevision => {
                            if bundle_revision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bundleRevision"));
                            }
                            bundle_revision__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Start => {
                            if start__.is_some() {
                                return Err(serde::de::Error::duplicate_field("start"));
                            }
                            start__ = map_.next_value()?;
                        }
                        GeneratedField::Tasks => {
                            if tasks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tasks"));
                            }
                            tasks__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Problems => {
                            if problems__.is_some() {
                                return Err(serde::de::Error::duplicate_field("problems"));
                            }
                            problems__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Warnings => {
                            if warnings__.is_some() {
                                return Err(serde::de::Error::duplicate_field("warnings"));
                            }
                            warnings__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Approvals => {
                            if approvals__.is_some() {
                                return Err(serde::de::Error::duplicate_field("approvals"));
                            }
                            approvals__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Estimate => {
                            if estimate__.is_some() {
                                return Err(serde::de::Error::duplicate_field("estimate"));
                            }
                            estimate__ = map_.next_value()?;
                        }
                        GeneratedField::Group => {
                            if group__.is_some() {
                                return Err(serde::de::Error::duplicate_field("group"));
                            }
                            group__ = Some(map_.next_value()?);
                        }
                        GeneratedField::GroupLimit => {
                            if group_limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("groupLimit"));
                            }
                            group_limit__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::WhenBusy => {
                            if when_busy__.is_some() {
                                return Err(serde::de::Error::duplicate_field("whenBusy"));
                            }
                            when_busy__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Secrets => {
                            if secrets__.is_some() {
                                return Err(serde::de::Error::duplicate_field("secrets"));
                            }
                            secrets__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TimeoutMs => {
                            if timeout_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("timeoutMs"));
                            }
                            timeout_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::UndoOnFailure => {
                            if undo_on_failure__.is_some() {
                                return Err(serde::de::Error::duplicate_field("undoOnFailure"));
                            }
                            undo_on_failure__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LeftOut => {
                            if left_out__.is_some() {
                                return Err(serde::de::Error::duplicate_field("leftOut"));
                            }
                            left_out__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Cut => {
                            if cut__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cut"));
                            }
                            cut__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Binding => {
                            if binding__.is_some() {
                                return Err(serde::de::Error::duplicate_field("binding"));
                            }
                            binding__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Startable => {
                            if startable__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startable"));
                            }
                            startable__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Plan {
                    digest: digest__.unwrap_or_default(),
                    scope: scope__,
                    workflow: workflow__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    workflow_digest: workflow_digest__.unwrap_or_default(),
                    published: published__.unwrap_or_default(),
                    inputs_json: inputs_json__.unwrap_or_default(),
                    bundle_revision: bundle_revision__.unwrap_or_default(),
                    start: start__,
                    tasks: tasks__.unwrap_or_default(),
                    problems: problems__.unwrap_or_default(),
                    warnings: warnings__.unwrap_or_default(),
                    approvals: approvals__.unwrap_or_default(),
                    estimate: estimate__,
                    group: group__.unwrap_or_default(),
                    group_limit: group_limit__.unwrap_or_default(),
                    when_busy: when_busy__.unwrap_or_default(),
                    secrets: secrets__.unwrap_or_default(),
                    timeout_ms: timeout_ms__.unwrap_or_default(),
                    undo_on_failure: undo_on_failure__.unwrap_or_default(),
                    left_out: left_out__.unwrap_or_default(),
                    cut: cut__.unwrap_or_default(),
                    binding: binding__.unwrap_or_default(),
                    startable: startable__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Plan", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlanCost {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.resources.is_empty() {
            len += 1;
        }
        if self.p50_ms != 0 {
            len += 1;
        }
        if self.p90_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlanCost", len)?;
        if !self.resources.is_empty() {
            struct_ser.serialize_field("resources", &self.resources)?;
        }
        if self.p50_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("p50Ms", ToString::to_string(&self.p50_ms).as_str())?;
        }
        if self.p90_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("p90Ms", ToString::to_string(&self.p90_ms).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlanCost {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "resources",
            "p50_ms",
            "p50Ms",
            "p90_ms",
            "p90Ms",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Resources,
            P50Ms,
            P90Ms,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "resources" => Ok(GeneratedField::Resources),
                            "p50Ms" | "p50_ms" => Ok(GeneratedField::P50Ms),
                            "p90Ms" | "p90_ms" => Ok(GeneratedField::P90Ms),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlanCost;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlanCost")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlanCost, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut resources__ = None;
                let mut p50_ms__ = None;
                let mut p90_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Resources => {
                            if resources__.is_some() {
                                return Err(serde::de::Error::duplicate_field("resources"));
                            }
                            resources__ = Some(map_.next_value()?);
                        }
                        GeneratedField::P50Ms => {
                            if p50_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("p50Ms"));
                            }
                            p50_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::P90Ms => {
                            if p90_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("p90Ms"));
                            }
                            p90_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(PlanCost {
                    resources: resources__.unwrap_or_default(),
                    p50_ms: p50_ms__.unwrap_or_default(),
                    p90_ms: p90_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlanCost", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlanEstimate {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.p50_ms != 0 {
            len += 1;
        }
        if self.p90_ms != 0 {
            len += 1;
        }
        if self.runs != 0 {
            len += 1;
        }
        if self.succeeded != 0 {
            len += 1;
        }
        if self.whole.is_some() {
            len += 1;
        }
        if !self.unknown.is_empty() {
            len += 1;
        }
        if self.unknown_count != 0 {
            len += 1;
        }
        if self.waits_for_people {
            len += 1;
        }
        if !self.costs.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlanEstimate", len)?;
        if self.p50_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("p50Ms", ToString::to_string(&self.p50_ms).as_str())?;
        }
        if self.p90_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("p90Ms", ToString::to_string(&self.p90_ms).as_str())?;
        }
        if self.runs != 0 {
            struct_ser.serialize_field("runs", &self.runs)?;
        }
        if self.succeeded != 0 {
            struct_ser.serialize_field("succeeded", &self.succeeded)?;
        }
        if let Some(v) = self.whole.as_ref() {
            struct_ser.serialize_field("whole", v)?;
        }
        if !self.unknown.is_empty() {
            struct_ser.serialize_field("unknown", &self.unknown)?;
        }
        if self.unknown_count != 0 {
            struct_ser.serialize_field("unknownCount", &self.unknown_count)?;
        }
        if self.waits_for_people {
            struct_ser.serialize_field("waitsForPeople", &self.waits_for_people)?;
        }
        if !self.costs.is_empty() {
            struct_ser.serialize_field("costs", &self.costs)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlanEstimate {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "p50_ms",
            "p50Ms",
            "p90_ms",
            "p90Ms",
            "runs",
            "succeeded",
            "whole",
            "unknown",
            "unknown_count",
            "unknownCount",
            "waits_for_people",
            "waitsForPeople",
            "costs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            P50Ms,
            P90Ms,
            Runs,
            Succeeded,
            Whole,
            Unknown,
            UnknownCount,
            WaitsForPeople,
            Costs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "p50Ms" | "p50_ms" => Ok(GeneratedField::P50Ms),
                            "p90Ms" | "p90_ms" => Ok(GeneratedField::P90Ms),
                            "runs" => Ok(GeneratedField::Runs),
                            "succeeded" => Ok(GeneratedField::Succeeded),
                            "whole" => Ok(GeneratedField::Whole),
                            "unknown" => Ok(GeneratedField::Unknown),
                            "unknownCount" | "unknown_count" => Ok(GeneratedField::UnknownCount),
                            "waitsForPeople" | "waits_for_people" => Ok(GeneratedField::WaitsForPeople),
                            "costs" => Ok(GeneratedField::Costs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlanEstimate;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlanEstimate")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlanEstimate, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut p50_ms__ = None;
                let mut p90_ms__ = None;
                let mut runs__ = None;
                let mut succeeded__ = None;
                let mut whole__ = None;
                let mut unknown__ = None;
                let mut unknown_count__ = None;
                let mut waits_for_people__ = None;
                let mut costs__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::P50Ms => {
                            if p50_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("p50Ms"));
                            }
                            p50_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::P90Ms => {
                            if p90_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("p90Ms"));
                            }
                            p90_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Succeeded => {
                            if succeeded__.is_some() {
                                return Err(serde::de::Error::duplicate_field("succeeded"));
                            }
                            succeeded__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Whole => {
                            if whole__.is_some() {
                                return Err(serde::de::Error::duplicate_field("whole"));
                            }
                            whole__ = map_.next_value()?;
                        }
                        GeneratedField::Unknown => {
                            if unknown__.is_some() {
                                return Err(serde::de::Error::duplicate_field("unknown"));
                            }
                            unknown__ = Some(map_.next_value()?);
                        }
                        GeneratedField::UnknownCount => {
                            if unknown_count__.is_some() {
                                return Err(serde::de::Error::duplicate_field("unknownCount"));
                            }
                            unknown_count__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::WaitsForPeople => {
                            if waits_for_people__.is_some() {
                                return Err(serde::de::Error::duplicate_field("waitsForPeople"));
                            }
                            waits_for_people__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Costs => {
                            if costs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("costs"));
                            }
                            costs__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(PlanEstimate {
                    p50_ms: p50_ms__.unwrap_or_default(),
                    p90_ms: p90_ms__.unwrap_or_default(),
                    runs: runs__.unwrap_or_default(),
                    succeeded: succeeded__.unwrap_or_default(),
                    whole: whole__,
                    unknown: unknown__.unwrap_or_default(),
                    unknown_count: unknown_count__.unwrap_or_default(),
                    waits_for_people: waits_for_people__.unwrap_or_default(),
                    costs: costs__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlanEstimate", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlanProblem {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.code.is_empty() {
            len += 1;
        }
        if !self.path.is_empty() {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        if !self.hint.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlanProblem", len)?;
        if !self.code.is_empty() {
            struct_ser.serialize_field("code", &self.code)?;
        }
        if !self.path.is_empty() {
            struct_ser.serialize_field("path", &self.path)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        if !self.hint.is_empty() {
            struct_ser.serialize_field("hint", &self.hint)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlanProblem {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "code",
            "path",
            "message",
            "hint",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Code,
            Path,
            Message,
            Hint,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "code" => Ok(GeneratedField::Code),
                            "path" => Ok(GeneratedField::Path),
                            "message" => Ok(GeneratedField::Message),
                            "hint" => Ok(GeneratedField::Hint),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlanProblem;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlanProblem")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlanProblem, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut code__ = None;
                let mut path__ = None;
                let mut message__ = None;
                let mut hint__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Code => {
                            if code__.is_some() {
                                return Err(serde::de::Error::duplicate_field("code"));
                            }
                            code__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Path => {
                            if path__.is_some() {
                                return Err(serde::de::Error::duplicate_field("path"));
                            }
                            path__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Hint => {
                            if hint__.is_some() {
                                return Err(serde::de::Error::duplicate_field("hint"));
                            }
                            hint__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(PlanProblem {
                    code: code__.unwrap_or_default(),
                    path: path__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                    hint: hint__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlanProblem", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlanRunRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.workflow.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.inputs_json.is_empty() {
            len += 1;
        }
        if !self.manifest.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlanRunRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.workflow.is_empty() {
            struct_ser.serialize_field("workflow", &self.workflow)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.inputs_json.is_empty() {
            struct_ser.serialize_field("inputsJson", &self.inputs_json)?;
        }
        if !self.manifest.is_empty() {
            struct_ser.serialize_field("manifest", &self.manifest)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlanRunRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "workflow",
            "version",
            "inputs_json",
            "inputsJson",
            "manifest",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Workflow,
            Version,
            InputsJson,
            Manifest,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "workflow" => Ok(GeneratedField::Workflow),
                            "version" => Ok(GeneratedField::Version),
                            "inputsJson" | "inputs_json" => Ok(GeneratedField::InputsJson),
                            "manifest" => Ok(GeneratedField::Manifest),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlanRunRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlanRunRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlanRunRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut workflow__ = None;
                let mut version__ = None;
                let mut inputs_json__ = None;
                let mut manifest__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InputsJson => {
                            if inputs_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inputsJson"));
                            }
                            inputs_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Manifest => {
                            if manifest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("manifest"));
                            }
                            manifest__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(PlanRunRequest {
                    scope: scope__,
                    workflow: workflow__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    inputs_json: inputs_json__.unwrap_or_default(),
                    manifest: manifest__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlanRunRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlanRunResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.plan.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlanRunResponse", len)?;
        if let Some(v) = self.plan.as_ref() {
            struct_ser.serialize_field("plan", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlanRunResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "plan",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Plan,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "plan" => Ok(GeneratedField::Plan),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlanRunResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlanRunResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlanRunResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut plan__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Plan => {
                            if plan__.is_some() {
                                return Err(serde::de::Error::duplicate_field("plan"));
                            }
                            plan__ = map_.next_value()?;
                        }
                    }
                }
                Ok(PlanRunResponse {
                    plan: plan__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlanRunResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlanSpan {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.p50_ms != 0 {
            len += 1;
        }
        if self.p90_ms != 0 {
            len += 1;
        }
        if self.samples != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlanSpan", len)?;
        if self.p50_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("p50Ms", ToString::to_string(&self.p50_ms).as_str())?;
        }
        if self.p90_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("p90Ms", ToString::to_string(&self.p90_ms).as_str())?;
        }
        if self.samples != 0 {
            struct_ser.serialize_field("samples", &self.samples)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlanSpan {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "p50_ms",
            "p50Ms",
            "p90_ms",
            "p90Ms",
            "samples",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            P50Ms,
            P90Ms,
            Samples,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "p50Ms" | "p50_ms" => Ok(GeneratedField::P50Ms),
                            "p90Ms" | "p90_ms" => Ok(GeneratedField::P90Ms),
                            "samples" => Ok(GeneratedField::Samples),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlanSpan;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlanSpan")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlanSpan, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut p50_ms__ = None;
                let mut p90_ms__ = None;
                let mut samples__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::P50Ms => {
                            if p50_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("p50Ms"));
                            }
                            p50_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::P90Ms => {
                            if p90_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("p90Ms"));
                            }
                            p90_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Samples => {
                            if samples__.is_some() {
                                return Err(serde::de::Error::duplicate_field("samples"));
                            }
                            samples__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(PlanSpan {
                    p50_ms: p50_ms__.unwrap_or_default(),
                    p90_ms: p90_ms__.unwrap_or_default(),
                    samples: samples__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlanSpan", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlannedApproval {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.task_id.is_empty() {
            len += 1;
        }
        if !self.kind.is_empty() {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        if self.timeout_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlannedApproval", len)?;
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        if !self.kind.is_empty() {
            struct_ser.serialize_field("kind", &self.kind)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        if self.timeout_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("timeoutMs", ToString::to_string(&self.timeout_ms).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlannedApproval {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "task_id",
            "taskId",
            "kind",
            "message",
            "timeout_ms",
            "timeoutMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            TaskId,
            Kind,
            Message,
            TimeoutMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            "kind" => Ok(GeneratedField::Kind),
                            "message" => Ok(GeneratedField::Message),
                            "timeoutMs" | "timeout_ms" => Ok(GeneratedField::TimeoutMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlannedApproval;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlannedApproval")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlannedApproval, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut task_id__ = None;
                let mut kind__ = None;
                let mut message__ = None;
                let mut timeout_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Kind => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("kind"));
                            }
                            kind__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TimeoutMs => {
                            if timeout_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("timeoutMs"));
                            }
                            timeout_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(PlannedApproval {
                    task_id: task_id__.unwrap_or_default(),
                    kind: kind__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                    timeout_ms: timeout_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlannedApproval", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlannedCall {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.with_json.is_empty() {
            len += 1;
        }
        if !self.env.is_empty() {
            len += 1;
        }
        if !self.later.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlannedCall", len)?;
        if !self.with_json.is_empty() {
            struct_ser.serialize_field("withJson", &self.with_json)?;
        }
        if !self.env.is_empty() {
            struct_ser.serialize_field("env", &self.env)?;
        }
        if !self.later.is_empty() {
            struct_ser.serialize_field("later", &self.later)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlannedCall {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "with_json",
            "withJson",
            "env",
            "later",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            WithJson,
            Env,
            Later,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "withJson" | "with_json" => Ok(GeneratedField::WithJson),
                            "env" => Ok(GeneratedField::Env),
                            "later" => Ok(GeneratedField::Later),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlannedCall;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlannedCall")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlannedCall, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut with_json__ = None;
                let mut env__ = None;
                let mut later__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::WithJson => {
                            if with_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("withJson"));
                            }
                            with_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Env => {
                            if env__.is_some() {
                                return Err(serde::de::Error::duplicate_field("env"));
                            }
                            env__ = Some(
                                map_.next_value::<std::collections::HashMap<_, _>>()?
                            );
                        }
                        GeneratedField::Later => {
                            if later__.is_some() {
                                return Err(serde::de::Error::duplicate_field("later"));
                            }
                            later__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(PlannedCall {
                    with_json: with_json__.unwrap_or_default(),
                    env: env__.unwrap_or_default(),
                    later: later__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlannedCall", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlannedFate {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "PLANNED_FATE_UNSPECIFIED",
            Self::Runs => "PLANNED_FATE_RUNS",
            Self::Skipped => "PLANNED_FATE_SKIPPED",
            Self::Later => "PLANNED_FATE_LATER",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for PlannedFate {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "PLANNED_FATE_UNSPECIFIED",
            "PLANNED_FATE_RUNS",
            "PLANNED_FATE_SKIPPED",
            "PLANNED_FATE_LATER",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = PlannedFate;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "PLANNED_FATE_UNSPECIFIED" => Ok(PlannedFate::Unspecified),
                    "PLANNED_FATE_RUNS" => Ok(PlannedFate::Runs),
                    "PLANNED_FATE_SKIPPED" => Ok(PlannedFate::Skipped),
                    "PLANNED_FATE_LATER" => Ok(PlannedFate::Later),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for PlannedInstance {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.key.is_empty() {
            len += 1;
        }
        if self.batch != 0 {
            len += 1;
        }
        if self.call.is_some() {
            len += 1;
        }
        if !self.values_json.is_empty() {
            len += 1;
        }
        if self.runs.is_some() {
            len += 1;
        }
        if self.undo_call.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlannedInstance", len)?;
        if !self.key.is_empty() {
            struct_ser.serialize_field("key", &self.key)?;
        }
        if self.batch != 0 {
            struct_ser.serialize_field("batch", &self.batch)?;
        }
        if let Some(v) = self.call.as_ref() {
            struct_ser.serialize_field("call", v)?;
        }
        if !self.values_json.is_empty() {
            struct_ser.serialize_field("valuesJson", &self.values_json)?;
        }
        if let Some(v) = self.runs.as_ref() {
            struct_ser.serialize_field("runs", v)?;
        }
        if let Some(v) = self.undo_call.as_ref() {
            struct_ser.serialize_field("undoCall", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlannedInstance {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "key",
            "batch",
            "call",
            "values_json",
            "valuesJson",
            "runs",
            "undo_call",
            "undoCall",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Key,
            Batch,
            Call,
            ValuesJson,
            Runs,
            UndoCall,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "key" => Ok(GeneratedField::Key),
                            "batch" => Ok(GeneratedField::Batch),
                            "call" => Ok(GeneratedField::Call),
                            "valuesJson" | "values_json" => Ok(GeneratedField::ValuesJson),
                            "runs" => Ok(GeneratedField::Runs),
                            "undoCall" | "undo_call" => Ok(GeneratedField::UndoCall),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlannedInstance;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlannedInstance")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlannedInstance, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut key__ = None;
                let mut batch__ = None;
                let mut call__ = None;
                let mut values_json__ = None;
                let mut runs__ = None;
                let mut undo_call__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Key => {
                            if key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("key"));
                            }
                            key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Batch => {
                            if batch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("batch"));
                            }
                            batch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Call => {
                            if call__.is_some() {
                                return Err(serde::de::Error::duplicate_field("call"));
                            }
                            call__ = map_.next_value()?;
                        }
                        GeneratedField::ValuesJson => {
                            if values_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("valuesJson"));
                            }
                            values_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = map_.next_value()?;
                        }
                        GeneratedField::UndoCall => {
                            if undo_call__.is_some() {
                                return Err(serde::de::Error::duplicate_field("undoCall"));
                            }
                            undo_call__ = map_.next_value()?;
                        }
                    }
                }
                Ok(PlannedInstance {
                    key: key__.unwrap_or_default(),
                    batch: batch__.unwrap_or_default(),
                    call: call__,
                    values_json: values_json__.unwrap_or_default(),
                    runs: runs__,
                    undo_call: undo_call__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlannedInstance", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlannedLater {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.field.is_empty() {
            len += 1;
        }
        if !self.after.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlannedLater", len)?;
        if !self.field.is_empty() {
            struct_ser.serialize_field("field", &self.field)?;
        }
        if !self.after.is_empty() {
            struct_ser.serialize_field("after", &self.after)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlannedLater {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "field",
            "after",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Field,
            After,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "field" => Ok(GeneratedField::Field),
                            "after" => Ok(GeneratedField::After),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlannedLater;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlannedLater")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlannedLater, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut field__ = None;
                let mut after__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Field => {
                            if field__.is_some() {
                                return Err(serde::de::Error::duplicate_field("field"));
                            }
                            field__ = Some(map_.next_value()?);
                        }
                        GeneratedField::After => {
                            if after__.is_some() {
                                return Err(serde::de::Error::duplicate_field("after"));
                            }
                            after__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(PlannedLater {
                    field: field__.unwrap_or_default(),
                    after: after__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlannedLater", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlannedTask {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.id.is_empty() {
            len += 1;
        }
        if !self.uses.is_empty() {
            len += 1;
        }
        if self.step != 0 {
            len += 1;
        }
        if !self.needs.is_empty() {
            len += 1;
        }
        if self.needs_any {
            len += 1;
        }
        if self.fate != 0 {
            len += 1;
        }
        if !self.when.is_empty() {
            len += 1;
        }
        if !self.fate_after.is_empty() {
            len += 1;
        }
        if self.call.is_some() {
            len += 1;
        }
        if !self.spread.is_empty() {
            len += 1;
        }
        if !self.filter.is_empty() {
            len += 1;
        }
        if !self.instances_after.is_empty() {
            len += 1;
        }
        if !self.instances.is_empty() {
            len += 1;
        }
        if self.instances_total != 0 {
            len += 1;
        }
        if !self.batches.is_empty() {
            len += 1;
        }
        if self.parallel != 0 {
            len += 1;
        }
        if self.max_failures != 0 {
            len += 1;
        }
        if !self.canary.is_empty() {
            len += 1;
        }
        if !self.health.is_empty() {
            len += 1;
        }
        if self.retries != 0 {
            len += 1;
        }
        if self.timeout_ms != 0 {
            len += 1;
        }
        if self.at_most_once {
            len += 1;
        }
        if !self.on_failure.is_empty() {
            len += 1;
        }
        if !self.undone_by.is_empty() {
            len += 1;
        }
        if !self.secrets.is_empty() {
            len += 1;
        }
        if !self.resources.is_empty() {
            len += 1;
        }
        if self.decision.is_some() {
            len += 1;
        }
        if self.span.is_some() {
            len += 1;
        }
        if self.runs.is_some() {
            len += 1;
        }
        if !self.health_calls.is_empty() {
            len += 1;
        }
        if self.undo_call.is_some() {
            len += 1;
        }
        if self.health_decision.is_some() {
            len += 1;
        }
        if self.undo_decision.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlannedTask", len)?;
        if !self.id.is_empty() {
            struct_ser.serialize_field("id", &self.id)?;
        }
        if !self.uses.is_empty() {
            struct_ser.serialize_field("uses", &self.uses)?;
        }
        if self.step != 0 {
            struct_ser.serialize_field("step", &self.step)?;
        }
        if !self.needs.is_empty() {
            struct_ser.serialize_field("needs", &self.needs)?;
        }
        if self.needs_any {
            struct_ser.serialize_field("needsAny", &self.needs_any)?;
        }
        if self.fate != 0 {
            let v = PlannedFate::try_from(self.fate)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.fate)))?;
            struct_ser.serialize_field("fate", &v)?;
        }
        if !self.when.is_empty() {
            struct_ser.serialize_field("when", &self.when)?;
        }
        if !self.fate_after.is_empty() {
            struct_ser.serialize_field("fateAfter", &self.fate_after)?;
        }
        if let Some(v) = self.call.as_ref() {
            struct_ser.serialize_field("call", v)?;
        }
        if !self.spread.is_empty() {
            struct_ser.serialize_field("spread", &self.spread)?;
        }
        if !self.filter.is_empty() {
            struct_ser.serialize_field("filter", &self.filter)?;
        }
        if !self.instances_after.is_empty() {
            struct_ser.serialize_field("instancesAfter", &self.instances_after)?;
        }
        if !self.instances.is_empty() {
            struct_ser.serialize_field("instances", &self.instances)?;
        }
        if self.instances_total != 0 {
            struct_ser.serialize_field("instancesTotal", &self.instances_total)?;
        }
        if !self.batches.is_empty() {
            struct_ser.serialize_field("batches", &self.batches)?;
        }
        if self.parallel != 0 {
            struct_ser.serialize_field("parallel", &self.parallel)?;
        }
        if self.max_failures != 0 {
            struct_ser.serialize_field("maxFailures", &self.max_failures)?;
        }
        if !self.canary.is_empty() {
            struct_ser.serialize_field("canary", &self.canary)?;
        }
        if !self.health.is_empty() {
            struct_ser.serialize_field("health", &self.health)?;
        }
        if self.retries != 0 {
            struct_ser.serialize_field("retries", &self.retries)?;
        }
        if self.timeout_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("timeoutMs", ToString::to_string(&self.timeout_ms).as_str())?;
        }
        if self.at_most_once {
            struct_ser.serialize_field("atMostOnce", &self.at_most_once)?;
        }
        if !self.on_failure.is_empty() {
            struct_ser.serialize_field("onFailure", &self.on_failure)?;
        }
        if !self.undone_by.is_empty() {
            struct_ser.serialize_field("undoneBy", &self.undone_by)?;
        }
        if !self.secrets.is_empty() {
            struct_ser.serialize_field("secrets", &self.secrets)?;
        }
        if !self.resources.is_empty() {
            struct_ser.serialize_field("resources", &self.resources)?;
        }
        if let Some(v) = self.decision.as_ref() {
            struct_ser.serialize_field("decision", v)?;
        }
        if let Some(v) = self.span.as_ref() {
            struct_ser.serialize_field("span", v)?;
        }
        if let Some(v) = self.runs.as_ref() {
            struct_ser.serialize_field("runs", v)?;
        }
        if !self.health_calls.is_empty() {
            struct_ser.serialize_field("healthCalls", &self.health_calls)?;
        }
        if let Some(v) = self.undo_call.as_ref() {
            struct_ser.serialize_field("undoCall", v)?;
        }
        if let Some(v) = self.health_decision.as_ref() {
            struct_ser.serialize_field("healthDecision", v)?;
        }
        if let Some(v) = self.undo_decision.as_ref() {
            struct_ser.serialize_field("undoDecision", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlannedTask {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "id",
            "uses",
            "step",
            "needs",
            "needs_any",
            "needsAny",
            "fate",
            "when",
            "fate_after",
            "fateAfter",
            "call",
            "spread",
            "filter",
            "instances_after",
            "instancesAfter",
            "instances",
            "instances_total",
            "instancesTotal",
            "batches",
            "parallel",
            "max_failures",
            "maxFailures",
            "canary",
            "health",
            "retries",
            "timeout_ms",
            "timeoutMs",
            "at_most_once",
            "atMostOnce",
            "on_failure",
            "onFailure",
            "undone_by",
            "undoneBy",
            "secrets",
            "resources",
            "decision",
            "span",
            "runs",
            "health_calls",
            "healthCalls",
            "undo_call",
            "undoCall",
            "health_decision",
            "healthDecision",
            "undo_decision",
            "undoDecision",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Id,
            Uses,
            Step,
            Needs,
            NeedsAny,
            Fate,
            When,
            FateAfter,
            Call,
            Spread,
            Filter,
            InstancesAfter,
            Instances,
            InstancesTotal,
            Batches,
            Parallel,
            MaxFailures,
            Canary,
            Health,
            Retries,
            TimeoutMs,
            AtMostOnce,
            OnFailure,
            UndoneBy,
            Secrets,
            Resources,
            Decision,
            Span,
            Runs,
            HealthCalls,
            UndoCall,
            HealthDecision,
            UndoDecision,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "id" => Ok(GeneratedField::Id),
                            "uses" => Ok(GeneratedField::Uses),
                            "step" => Ok(GeneratedField::Step),
                            "needs" => Ok(GeneratedField::Needs),
                            "needsAny" | "needs_any" => Ok(GeneratedField::NeedsAny),
                            "fate" => Ok(GeneratedField::Fate),
                            "when" => Ok(GeneratedField::When),
                            "fateAfter" | "fate_after" => Ok(GeneratedField::FateAfter),
                            "call" => Ok(GeneratedField::Call),
                            "spread" => Ok(GeneratedField::Spread),
                            "filter" => Ok(GeneratedField::Filter),
                            "instancesAfter" | "instances_after" => Ok(GeneratedField::InstancesAfter),
                            "instances" => Ok(GeneratedField::Instances),
                            "instancesTotal" | "instances_total" => Ok(GeneratedField::InstancesTotal),
                            "batches" => Ok(GeneratedField::Batches),
                            "parallel" => Ok(GeneratedField::Parallel),
                            "maxFailures" | "max_failures" => Ok(GeneratedField::MaxFailures),
                            "canary" => Ok(GeneratedField::Canary),
                            "health" => Ok(GeneratedField::Health),
                            "retries" => Ok(GeneratedField::Retries),
                            "timeoutMs" | "timeout_ms" => Ok(GeneratedField::TimeoutMs),
                            "atMostOnce" | "at_most_once" => Ok(GeneratedField::AtMostOnce),
                            "onFailure" | "on_failure" => Ok(GeneratedField::OnFailure),
                            "undoneBy" | "undone_by" => Ok(GeneratedField::UndoneBy),
                            "secrets" => Ok(GeneratedField::Secrets),
                            "resources" => Ok(GeneratedField::Resources),
                            "decision" => Ok(GeneratedField::Decision),
                            "span" => Ok(GeneratedField::Span),
                            "runs" => Ok(GeneratedField::Runs),
                            "healthCalls" | "health_calls" => Ok(GeneratedField::HealthCalls),
                            "undoCall" | "undo_call" => Ok(GeneratedField::UndoCall),
                            "healthDecision" | "health_decision" => Ok(GeneratedField::HealthDecision),
                            "undoDecision" | "undo_decision" => Ok(GeneratedField::UndoDecision),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlannedTask;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlannedTask")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlannedTask, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut id__ = None;
                let mut uses__ = None;
                let mut step__ = None;
                let mut needs__ = None;
                let mut needs_any__ = None;
                let mut fate__ = None;
                let mut when__ = None;
                let mut fate_after__ = None;
                let mut call__ = None;
                let mut spread__ = None;
                let mut filter__ = None;
                let mut instances_after__ = None;
                let mut instances__ = None;
                let mut instances_total__ = None;
                let mut batches__ = None;
                let mut parallel__ = None;
                let mut max_failures__ = None;
                let mut canary__ = None;
                let mut health__ = None;
                let mut retries__ = None;
                let mut timeout_ms__ = None;
                let mut at_most_once__ = None;
                let mut on_failure__ = None;
                let mut undone_by__ = None;
                let mut secrets__ = None;
                let mut resources__ = None;
                let mut decision__ = None;
                let mut span__ = None;
                let mut runs__ = None;
                let mut health_calls__ = None;
                let mut undo_call__ = None;
                let mut health_decision__ = None;
                let mut undo_decision__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Id => {
                            if id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("id"));
                            }
                            id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Uses => {
                            if uses__.is_some() {
                                return Err(serde::de::Error::duplicate_field("uses"));
                            }
                            uses__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Step => {
                            if step__.is_some() {
                                return Err(serde::de::Error::duplicate_field("step"));
                            }
                            step__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Needs => {
                            if needs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("needs"));
                            }
                            needs__ = Some(map_.next_value()?);
                        }
                        GeneratedField::NeedsAny => {
                            if needs_any__.is_some() {
                                return Err(serde::de::Error::duplicate_field("needsAny"));
                            }
                            needs_any__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Fate => {
                            if fate__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fate"));
                            }
                            fate__ = Some(map_.next_value::<PlannedFate>()? as i32);
                        }
                        GeneratedField::When => {
                            if when__.is_some() {
                                return Err(serde::de::Error::duplicate_field("when"));
                            }
                            when__ = Some(map_.next_value()?);
                        }
                        GeneratedField::FateAfter => {
                            if fate_after__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fateAfter"));
                            }
                            fate_after__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Call => {
                            if call__.is_some() {
                                return Err(serde::de::Error::duplicate_field("call"));
                            }
                            call__ = map_.next_value()?;
                        }
                        GeneratedField::Spread => {
                            if spread__.is_some() {
                                return Err(serde::de::Error::duplicate_field("spread"));
                            }
                            spread__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Filter => {
                            if filter__.is_some() {
                                return Err(serde::de::Error::duplicate_field("filter"));
                            }
                            filter__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InstancesAfter => {
                            if instances_after__.is_some() {
                                return Err(serde::de::Error::duplicate_field("instancesAfter"));
                            }
                            instances_after__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Instances => {
                            if instances__.is_some() {
                                return Err(serde::de::Error::duplicate_field("instances"));
                            }
                            instances__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InstancesTotal => {
                            if instances_total__.is_some() {
                                return Err(serde::de::Error::duplicate_field("instancesTotal"));
                            }
                            instances_total__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Batches => {
                            if batches__.is_some() {
                                return Err(serde::de::Error::duplicate_field("batches"));
                            }
                            batches__ = 
                                Some(map_.next_value::<Vec<::pbjson::private::NumberDeserialize<_>>>()?
                                    .into_iter().map(|x| x.0).collect())
                            ;
                        }
                        GeneratedField::Parallel => {
                            if parallel__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parallel"));
                            }
                            parallel__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::MaxFailures => {
                            if max_failures__.is_some() {
                                return Err(serde::de::Error::duplicate_field("maxFailures"));
                            }
                            max_failures__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Canary => {
                            if canary__.is_some() {
                                return Err(serde::de::Error::duplicate_field("canary"));
                            }
                            canary__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Health => {
                            if health__.is_some() {
                                return Err(serde::de::Error::duplicate_field("health"));
                            }
                            health__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Retries => {
                            if retries__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retries"));
                            }
                            retries__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::TimeoutMs => {
                            if timeout_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("timeoutMs"));
                            }
                            timeout_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::AtMostOnce => {
                            if at_most_once__.is_some() {
                                return Err(serde::de::Error::duplicate_field("atMostOnce"));
                            }
                            at_most_once__ = Some(map_.next_value()?);
                        }
                        GeneratedField::OnFailure => {
                            if on_failure__.is_some() {
                                return Err(serde::de::Error::duplicate_field("onFailure"));
                            }
                            on_failure__ = Some(map_.next_value()?);
                        }
                        GeneratedField::UndoneBy => {
                            if undone_by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("undoneBy"));
                            }
                            undone_by__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Secrets => {
                            if secrets__.is_some() {
                                return Err(serde::de::Error::duplicate_field("secrets"));
                            }
                            secrets__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Resources => {
                            if resources__.is_some() {
                                return Err(serde::de::Error::duplicate_field("resources"));
                            }
                            resources__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Decision => {
                            if decision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decision"));
                            }
                            decision__ = map_.next_value()?;
                        }
                        GeneratedField::Span => {
                            if span__.is_some() {
                                return Err(serde::de::Error::duplicate_field("span"));
                            }
                            span__ = map_.next_value()?;
                        }
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = map_.next_value()?;
                        }
                        GeneratedField::HealthCalls => {
                            if health_calls__.is_some() {
                                return Err(serde::de::Error::duplicate_field("healthCalls"));
                            }
                            health_calls__ = Some(map_.next_value()?);
                        }
                        GeneratedField::UndoCall => {
                            if undo_call__.is_some() {
                                return Err(serde::de::Error::duplicate_field("undoCall"));
                            }
                            undo_call__ = map_.next_value()?;
                        }
                        GeneratedField::HealthDecision => {
                            if health_decision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("healthDecision"));
                            }
                            health_decision__ = map_.next_value()?;
                        }
                        GeneratedField::UndoDecision => {
                            if undo_decision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("undoDecision"));
                            }
                            undo_decision__ = map_.next_value()?;
                        }
                    }
                }
                Ok(PlannedTask {
                    id: id__.unwrap_or_default(),
                    uses: uses__.unwrap_or_default(),
                    step: step__.unwrap_or_default(),
                    needs: needs__.unwrap_or_default(),
                    needs_any: needs_any__.unwrap_or_default(),
                    fate: fate__.unwrap_or_default(),
                    when: when__.unwrap_or_default(),
                    fate_after: fate_after__.unwrap_or_default(),
                    call: call__,
                    spread: spread__.unwrap_or_default(),
                    filter: filter__.unwrap_or_default(),
                    instances_after: instances_after__.unwrap_or_default(),
                    instances: instances__.unwrap_or_default(),
                    instances_total: instances_total__.unwrap_or_default(),
                    batches: batches__.unwrap_or_default(),
                    parallel: parallel__.unwrap_or_default(),
                    max_failures: max_failures__.unwrap_or_default(),
                    canary: canary__.unwrap_or_default(),
                    health: health__.unwrap_or_default(),
                    retries: retries__.unwrap_or_default(),
                    timeout_ms: timeout_ms__.unwrap_or_default(),
                    at_most_once: at_most_once__.unwrap_or_default(),
                    on_failure: on_failure__.unwrap_or_default(),
                    undone_by: undone_by__.unwrap_or_default(),
                    secrets: secrets__.unwrap_or_default(),
                    resources: resources__.unwrap_or_default(),
                    decision: decision__,
                    span: span__,
                    runs: runs__,
                    health_calls: health_calls__.unwrap_or_default(),
                    undo_call: undo_call__,
                    health_decision: health_decision__,
                    undo_decision: undo_decision__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlannedTask", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PlannedWorkflow {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.workflow.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.workflow_digest.is_empty() {
            len += 1;
        }
        if !self.inputs_json.is_empty() {
            len += 1;
        }
        if self.start.is_some() {
            len += 1;
        }
        if !self.tasks.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PlannedWorkflow", len)?;
        if !self.workflow.is_empty() {
            struct_ser.serialize_field("workflow", &self.workflow)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.workflow_digest.is_empty() {
            struct_ser.serialize_field("workflowDigest", &self.workflow_digest)?;
        }
        if !self.inputs_json.is_empty() {
            struct_ser.serialize_field("inputsJson", &self.inputs_json)?;
        }
        if let Some(v) = self.start.as_ref() {
            struct_ser.serialize_field("start", v)?;
        }
        if !self.tasks.is_empty() {
            struct_ser.serialize_field("tasks", &self.tasks)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PlannedWorkflow {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "workflow",
            "version",
            "workflow_digest",
            "workflowDigest",
            "inputs_json",
            "inputsJson",
            "start",
            "tasks",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Workflow,
            Version,
            WorkflowDigest,
            InputsJson,
            Start,
            Tasks,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workflow" => Ok(GeneratedField::Workflow),
                            "version" => Ok(GeneratedField::Version),
                            "workflowDigest" | "workflow_digest" => Ok(GeneratedField::WorkflowDigest),
                            "inputsJson" | "inputs_json" => Ok(GeneratedField::InputsJson),
                            "start" => Ok(GeneratedField::Start),
                            "tasks" => Ok(GeneratedField::Tasks),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PlannedWorkflow;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PlannedWorkflow")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PlannedWorkflow, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut workflow__ = None;
                let mut version__ = None;
                let mut workflow_digest__ = None;
                let mut inputs_json__ = None;
                let mut start__ = None;
                let mut tasks__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::WorkflowDigest => {
                            if workflow_digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflowDigest"));
                            }
                            workflow_digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InputsJson => {
                            if inputs_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inputsJson"));
                            }
                            inputs_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Start => {
                            if start__.is_some() {
                                return Err(serde::de::Error::duplicate_field("start"));
                            }
                            start__ = map_.next_value()?;
                        }
                        GeneratedField::Tasks => {
                            if tasks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tasks"));
                            }
                            tasks__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(PlannedWorkflow {
                    workflow: workflow__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    workflow_digest: workflow_digest__.unwrap_or_default(),
                    inputs_json: inputs_json__.unwrap_or_default(),
                    start: start__,
                    tasks: tasks__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PlannedWorkflow", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Problem {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.code.is_empty() {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        if self.line != 0 {
            len += 1;
        }
        if self.column != 0 {
            len += 1;
        }
        if !self.path.is_empty() {
            len += 1;
        }
        if !self.hint.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Problem", len)?;
        if !self.code.is_empty() {
            struct_ser.serialize_field("code", &self.code)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        if self.line != 0 {
            struct_ser.serialize_field("line", &self.line)?;
        }
        if self.column != 0 {
            struct_ser.serialize_field("column", &self.column)?;
        }
        if !self.path.is_empty() {
            struct_ser.serialize_field("path", &self.path)?;
        }
        if !self.hint.is_empty() {
            struct_ser.serialize_field("hint", &self.hint)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Problem {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "code",
            "message",
            "line",
            "column",
            "path",
            "hint",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Code,
            Message,
            Line,
            Column,
            Path,
            Hint,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "code" => Ok(GeneratedField::Code),
                            "message" => Ok(GeneratedField::Message),
                            "line" => Ok(GeneratedField::Line),
                            "column" => Ok(GeneratedField::Column),
                            "path" => Ok(GeneratedField::Path),
                            "hint" => Ok(GeneratedField::Hint),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Problem;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Problem")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Problem, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut code__ = None;
                let mut message__ = None;
                let mut line__ = None;
                let mut column__ = None;
                let mut path__ = None;
                let mut hint__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Code => {
                            if code__.is_some() {
                                return Err(serde::de::Error::duplicate_field("code"));
                            }
                            code__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Line => {
                            if line__.is_some() {
                                return Err(serde::de::Error::duplicate_field("line"));
                            }
                            line__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Column => {
                            if column__.is_some() {
                                return Err(serde::de::Error::duplicate_field("column"));
                            }
                            column__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Path => {
                            if path__.is_some() {
                                return Err(serde::de::Error::duplicate_field("path"));
                            }
                            path__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Hint => {
                            if hint__.is_some() {
                                return Err(serde::de::Error::duplicate_field("hint"));
                            }
                            hint__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Problem {
                    code: code__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                    line: line__.unwrap_or_default(),
                    column: column__.unwrap_or_default(),
                    path: path__.unwrap_or_default(),
                    hint: hint__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Problem", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Provenance {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.file.is_empty() {
            len += 1;
        }
        if !self.source_digest.is_empty() {
            len += 1;
        }
        if !self.client.is_empty() {
            len += 1;
        }
        if self.repository.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Provenance", len)?;
        if !self.file.is_empty() {
            struct_ser.serialize_field("file", &self.file)?;
        }
        if !self.source_digest.is_empty() {
            struct_ser.serialize_field("sourceDigest", &self.source_digest)?;
        }
        if !self.client.is_empty() {
            struct_ser.serialize_field("client", &self.client)?;
        }
        if let Some(v) = self.repository.as_ref() {
            struct_ser.serialize_field("repository", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Provenance {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "file",
            "source_digest",
            "sourceDigest",
            "client",
            "repository",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            File,
            SourceDigest,
            Client,
            Repository,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "file" => Ok(GeneratedField::File),
                            "sourceDigest" | "source_digest" => Ok(GeneratedField::SourceDigest),
                            "client" => Ok(GeneratedField::Client),
                            "repository" => Ok(GeneratedField::Repository),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Provenance;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Provenance")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Provenance, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut file__ = None;
                let mut source_digest__ = None;
                let mut client__ = None;
                let mut repository__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::File => {
                            if file__.is_some() {
                                return Err(serde::de::Error::duplicate_field("file"));
                            }
                            file__ = Some(map_.next_value()?);
                        }
                        GeneratedField::SourceDigest => {
                            if source_digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sourceDigest"));
                            }
                            source_digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Client => {
                            if client__.is_some() {
                                return Err(serde::de::Error::duplicate_field("client"));
                            }
                            client__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Repository => {
                            if repository__.is_some() {
                                return Err(serde::de::Error::duplicate_field("repository"));
                            }
                            repository__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Provenance {
                    file: file__.unwrap_or_default(),
                    source_digest: source_digest__.unwrap_or_default(),
                    client: client__.unwrap_or_default(),
                    repository: repository__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Provenance", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PublishWorkflowRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.manifest.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        if self.provenance.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PublishWorkflowRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.manifest.is_empty() {
            struct_ser.serialize_field("manifest", &self.manifest)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        if let Some(v) = self.provenance.as_ref() {
            struct_ser.serialize_field("provenance", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PublishWorkflowRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "manifest",
            "idempotency_key",
            "idempotencyKey",
            "provenance",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Manifest,
            IdempotencyKey,
            Provenance,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "manifest" => Ok(GeneratedField::Manifest),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            "provenance" => Ok(GeneratedField::Provenance),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PublishWorkflowRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PublishWorkflowRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PublishWorkflowRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut manifest__ = None;
                let mut idempotency_key__ = None;
                let mut provenance__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Manifest => {
                            if manifest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("manifest"));
                            }
                            manifest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Provenance => {
                            if provenance__.is_some() {
                                return Err(serde::de::Error::duplicate_field("provenance"));
                            }
                            provenance__ = map_.next_value()?;
                        }
                    }
                }
                Ok(PublishWorkflowRequest {
                    scope: scope__,
                    manifest: manifest__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                    provenance: provenance__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PublishWorkflowRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PublishWorkflowResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.workflow.is_some() {
            len += 1;
        }
        if self.created {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PublishWorkflowResponse", len)?;
        if let Some(v) = self.workflow.as_ref() {
            struct_ser.serialize_field("workflow", v)?;
        }
        if self.created {
            struct_ser.serialize_field("created", &self.created)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PublishWorkflowResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "workflow",
            "created",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Workflow,
            Created,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workflow" => Ok(GeneratedField::Workflow),
                            "created" => Ok(GeneratedField::Created),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PublishWorkflowResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PublishWorkflowResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PublishWorkflowResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut workflow__ = None;
                let mut created__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = map_.next_value()?;
                        }
                        GeneratedField::Created => {
                            if created__.is_some() {
                                return Err(serde::de::Error::duplicate_field("created"));
                            }
                            created__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(PublishWorkflowResponse {
                    workflow: workflow__,
                    created: created__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PublishWorkflowResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PutArtifactRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.worker_id.is_empty() {
            len += 1;
        }
        if self.token != 0 {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.data.is_empty() {
            len += 1;
        }
        if self.scope.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PutArtifactRequest", len)?;
        if !self.worker_id.is_empty() {
            struct_ser.serialize_field("workerId", &self.worker_id)?;
        }
        if self.token != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("token", ToString::to_string(&self.token).as_str())?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.data.is_empty() {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("data", pbjson::private::base64::encode(&self.data).as_str())?;
        }
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PutArtifactRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "worker_id",
            "workerId",
            "token",
            "run_id",
            "runId",
            "data",
            "scope",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            WorkerId,
            Token,
            RunId,
            Data,
            Scope,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workerId" | "worker_id" => Ok(GeneratedField::WorkerId),
                            "token" => Ok(GeneratedField::Token),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "data" => Ok(GeneratedField::Data),
                            "scope" => Ok(GeneratedField::Scope),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PutArtifactRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PutArtifactRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PutArtifactRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut worker_id__ = None;
                let mut token__ = None;
                let mut run_id__ = None;
                let mut data__ = None;
                let mut scope__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::WorkerId => {
                            if worker_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workerId"));
                            }
                            worker_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Token => {
                            if token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("token"));
                            }
                            token__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Data => {
                            if data__.is_some() {
                                return Err(serde::de::Error::duplicate_field("data"));
                            }
                            data__ = 
                                Some(map_.next_value::<::pbjson::private::BytesDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                    }
                }
                Ok(PutArtifactRequest {
                    worker_id: worker_id__.unwrap_or_default(),
                    token: token__.unwrap_or_default(),
                    run_id: run_id__.unwrap_or_default(),
                    data: data__.unwrap_or_default(),
                    scope: scope__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PutArtifactRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for PutArtifactResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.digest.is_empty() {
            len += 1;
        }
        if self.size_bytes != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.PutArtifactResponse", len)?;
        if !self.digest.is_empty() {
            struct_ser.serialize_field("digest", &self.digest)?;
        }
        if self.size_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("sizeBytes", ToString::to_string(&self.size_bytes).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for PutArtifactResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "digest",
            "size_bytes",
            "sizeBytes",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Digest,
            SizeBytes,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "digest" => Ok(GeneratedField::Digest),
                            "sizeBytes" | "size_bytes" => Ok(GeneratedField::SizeBytes),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = PutArtifactResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.PutArtifactResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<PutArtifactResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut digest__ = None;
                let mut size_bytes__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Digest => {
                            if digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("digest"));
                            }
                            digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::SizeBytes => {
                            if size_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("sizeBytes"));
                            }
                            size_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(PutArtifactResponse {
                    digest: digest__.unwrap_or_default(),
                    size_bytes: size_bytes__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.PutArtifactResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Question {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.action.is_empty() {
            len += 1;
        }
        if !self.resource.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Question", len)?;
        if !self.action.is_empty() {
            struct_ser.serialize_field("action", &self.action)?;
        }
        if !self.resource.is_empty() {
            struct_ser.serialize_field("resource", &self.resource)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Question {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "action",
            "resource",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Action,
            Resource,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "action" => Ok(GeneratedField::Action),
                            "resource" => Ok(GeneratedField::Resource),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Question;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Question")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Question, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut action__ = None;
                let mut resource__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Action => {
                            if action__.is_some() {
                                return Err(serde::de::Error::duplicate_field("action"));
                            }
                            action__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Resource => {
                            if resource__.is_some() {
                                return Err(serde::de::Error::duplicate_field("resource"));
                            }
                            resource__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Question {
                    action: action__.unwrap_or_default(),
                    resource: resource__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Question", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Receipt {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.id.is_empty() {
            len += 1;
        }
        if self.seq != 0 {
            len += 1;
        }
        if !self.record_hash.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Receipt", len)?;
        if !self.id.is_empty() {
            struct_ser.serialize_field("id", &self.id)?;
        }
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        if !self.record_hash.is_empty() {
            struct_ser.serialize_field("recordHash", &self.record_hash)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Receipt {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "id",
            "seq",
            "record_hash",
            "recordHash",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Id,
            Seq,
            RecordHash,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "id" => Ok(GeneratedField::Id),
                            "seq" => Ok(GeneratedField::Seq),
                            "recordHash" | "record_hash" => Ok(GeneratedField::RecordHash),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Receipt;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Receipt")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Receipt, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut id__ = None;
                let mut seq__ = None;
                let mut record_hash__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Id => {
                            if id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("id"));
                            }
                            id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RecordHash => {
                            if record_hash__.is_some() {
                                return Err(serde::de::Error::duplicate_field("recordHash"));
                            }
                            record_hash__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Receipt {
                    id: id__.unwrap_or_default(),
                    seq: seq__.unwrap_or_default(),
                    record_hash: record_hash__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Receipt", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RecordedDecision {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.decision.is_some() {
            len += 1;
        }
        if self.at.is_some() {
            len += 1;
        }
        if !self.principal.is_empty() {
            len += 1;
        }
        if !self.action.is_empty() {
            len += 1;
        }
        if !self.resource.is_empty() {
            len += 1;
        }
        if !self.input_json.is_empty() {
            len += 1;
        }
        if self.count != 0 {
            len += 1;
        }
        if self.seq != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.RecordedDecision", len)?;
        if let Some(v) = self.decision.as_ref() {
            struct_ser.serialize_field("decision", v)?;
        }
        if let Some(v) = self.at.as_ref() {
            struct_ser.serialize_field("at", v)?;
        }
        if !self.principal.is_empty() {
            struct_ser.serialize_field("principal", &self.principal)?;
        }
        if !self.action.is_empty() {
            struct_ser.serialize_field("action", &self.action)?;
        }
        if !self.resource.is_empty() {
            struct_ser.serialize_field("resource", &self.resource)?;
        }
        if !self.input_json.is_empty() {
            struct_ser.serialize_field("inputJson", &self.input_json)?;
        }
        if self.count != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("count", ToString::to_string(&self.count).as_str())?;
        }
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RecordedDecision {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "decision",
            "at",
            "principal",
            "action",
            "resource",
            "input_json",
            "inputJson",
            "count",
            "seq",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Decision,
            At,
            Principal,
            Action,
            Resource,
            InputJson,
            Count,
            Seq,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "decision" => Ok(GeneratedField::Decision),
                            "at" => Ok(GeneratedField::At),
                            "principal" => Ok(GeneratedField::Principal),
                            "action" => Ok(GeneratedField::Action),
                            "resource" => Ok(GeneratedField::Resource),
                            "inputJson" | "input_json" => Ok(GeneratedField::InputJson),
                            "count" => Ok(GeneratedField::Count),
                            "seq" => Ok(GeneratedField::Seq),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RecordedDecision;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.RecordedDecision")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RecordedDecision, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut decision__ = None;
                let mut at__ = None;
                let mut principal__ = None;
                let mut action__ = None;
                let mut resource__ = None;
                let mut input_json__ = None;
                let mut count__ = None;
                let mut seq__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Decision => {
                            if decision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decision"));
                            }
                            decision__ = map_.next_value()?;
                        }
                        GeneratedField::At => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            at__ = map_.next_value()?;
                        }
                        GeneratedField::Principal => {
                            if principal__.is_some() {
                                return Err(serde::de::Error::duplicate_field("principal"));
                            }
                            principal__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Action => {
                            if action__.is_some() {
                                return Err(serde::de::Error::duplicate_field("action"));
                            }
                            action__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Resource => {
                            if resource__.is_some() {
                                return Err(serde::de::Error::duplicate_field("resource"));
                            }
                            resource__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InputJson => {
                            if input_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inputJson"));
                            }
                            input_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Count => {
                            if count__.is_some() {
                                return Err(serde::de::Error::duplicate_field("count"));
                            }
                            count__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(RecordedDecision {
                    decision: decision__,
                    at: at__,
                    principal: principal__.unwrap_or_default(),
                    action: action__.unwrap_or_default(),
                    resource: resource__.unwrap_or_default(),
                    input_json: input_json__.unwrap_or_default(),
                    count: count__.unwrap_or_default(),
                    seq: seq__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.RecordedDecision", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ReleaseTaskRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.task_id.is_empty() {
            len += 1;
        }
        if !self.answer.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ReleaseTaskRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        if !self.answer.is_empty() {
            struct_ser.serialize_field("answer", &self.answer)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ReleaseTaskRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "run_id",
            "runId",
            "task_id",
            "taskId",
            "answer",
            "reason",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            RunId,
            TaskId,
            Answer,
            Reason,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            "answer" => Ok(GeneratedField::Answer),
                            "reason" => Ok(GeneratedField::Reason),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ReleaseTaskRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ReleaseTaskRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ReleaseTaskRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut run_id__ = None;
                let mut task_id__ = None;
                let mut answer__ = None;
                let mut reason__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Answer => {
                            if answer__.is_some() {
                                return Err(serde::de::Error::duplicate_field("answer"));
                            }
                            answer__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ReleaseTaskRequest {
                    scope: scope__,
                    run_id: run_id__.unwrap_or_default(),
                    task_id: task_id__.unwrap_or_default(),
                    answer: answer__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ReleaseTaskRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RemoveScheduleRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.RemoveScheduleRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RemoveScheduleRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RemoveScheduleRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.RemoveScheduleRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RemoveScheduleRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(RemoveScheduleRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.RemoveScheduleRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RemoveScheduleResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("conductor.v1.RemoveScheduleResponse", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RemoveScheduleResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RemoveScheduleResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.RemoveScheduleResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RemoveScheduleResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(RemoveScheduleResponse {
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.RemoveScheduleResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Repository {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.commit.is_empty() {
            len += 1;
        }
        if !self.remote.is_empty() {
            len += 1;
        }
        if !self.path.is_empty() {
            len += 1;
        }
        if self.dirty {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Repository", len)?;
        if !self.commit.is_empty() {
            struct_ser.serialize_field("commit", &self.commit)?;
        }
        if !self.remote.is_empty() {
            struct_ser.serialize_field("remote", &self.remote)?;
        }
        if !self.path.is_empty() {
            struct_ser.serialize_field("path", &self.path)?;
        }
        if self.dirty {
            struct_ser.serialize_field("dirty", &self.dirty)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Repository {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "commit",
            "remote",
            "path",
            "dirty",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Commit,
            Remote,
            Path,
            Dirty,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "commit" => Ok(GeneratedField::Commit),
                            "remote" => Ok(GeneratedField::Remote),
                            "path" => Ok(GeneratedField::Path),
                            "dirty" => Ok(GeneratedField::Dirty),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Repository;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Repository")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Repository, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut commit__ = None;
                let mut remote__ = None;
                let mut path__ = None;
                let mut dirty__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Commit => {
                            if commit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("commit"));
                            }
                            commit__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Remote => {
                            if remote__.is_some() {
                                return Err(serde::de::Error::duplicate_field("remote"));
                            }
                            remote__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Path => {
                            if path__.is_some() {
                                return Err(serde::de::Error::duplicate_field("path"));
                            }
                            path__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Dirty => {
                            if dirty__.is_some() {
                                return Err(serde::de::Error::duplicate_field("dirty"));
                            }
                            dirty__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Repository {
                    commit: commit__.unwrap_or_default(),
                    remote: remote__.unwrap_or_default(),
                    path: path__.unwrap_or_default(),
                    dirty: dirty__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Repository", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RerunRunRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if self.from_failed {
            len += 1;
        }
        if !self.skip.is_empty() {
            len += 1;
        }
        if self.undo {
            len += 1;
        }
        if !self.inputs_json.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.RerunRunRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if self.from_failed {
            struct_ser.serialize_field("fromFailed", &self.from_failed)?;
        }
        if !self.skip.is_empty() {
            struct_ser.serialize_field("skip", &self.skip)?;
        }
        if self.undo {
            struct_ser.serialize_field("undo", &self.undo)?;
        }
        if !self.inputs_json.is_empty() {
            struct_ser.serialize_field("inputsJson", &self.inputs_json)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RerunRunRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "run_id",
            "runId",
            "idempotency_key",
            "idempotencyKey",
            "reason",
            "from_failed",
            "fromFailed",
            "skip",
            "undo",
            "inputs_json",
            "inputsJson",
            "version",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            RunId,
            IdempotencyKey,
            Reason,
            FromFailed,
            Skip,
            Undo,
            InputsJson,
            Version,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            "reason" => Ok(GeneratedField::Reason),
                            "fromFailed" | "from_failed" => Ok(GeneratedField::FromFailed),
                            "skip" => Ok(GeneratedField::Skip),
                            "undo" => Ok(GeneratedField::Undo),
                            "inputsJson" | "inputs_json" => Ok(GeneratedField::InputsJson),
                            "version" => Ok(GeneratedField::Version),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RerunRunRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.RerunRunRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RerunRunRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut run_id__ = None;
                let mut idempotency_key__ = None;
                let mut reason__ = None;
                let mut from_failed__ = None;
                let mut skip__ = None;
                let mut undo__ = None;
                let mut inputs_json__ = None;
                let mut version__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::FromFailed => {
                            if from_failed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("fromFailed"));
                            }
                            from_failed__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Skip => {
                            if skip__.is_some() {
                                return Err(serde::de::Error::duplicate_field("skip"));
                            }
                            skip__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Undo => {
                            if undo__.is_some() {
                                return Err(serde::de::Error::duplicate_field("undo"));
                            }
                            undo__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InputsJson => {
                            if inputs_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inputsJson"));
                            }
                            inputs_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(RerunRunRequest {
                    scope: scope__,
                    run_id: run_id__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    from_failed: from_failed__.unwrap_or_default(),
                    skip: skip__.unwrap_or_default(),
                    undo: undo__.unwrap_or_default(),
                    inputs_json: inputs_json__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.RerunRunRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ResumeRunRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ResumeRunRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ResumeRunRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "run_id",
            "runId",
            "reason",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            RunId,
            Reason,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "reason" => Ok(GeneratedField::Reason),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ResumeRunRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ResumeRunRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ResumeRunRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut run_id__ = None;
                let mut reason__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ResumeRunRequest {
                    scope: scope__,
                    run_id: run_id__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ResumeRunRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ResumeScheduleRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ResumeScheduleRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ResumeScheduleRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ResumeScheduleRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ResumeScheduleRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ResumeScheduleRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ResumeScheduleRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ResumeScheduleRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ResumeScheduleResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.schedule.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ResumeScheduleResponse", len)?;
        if let Some(v) = self.schedule.as_ref() {
            struct_ser.serialize_field("schedule", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ResumeScheduleResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "schedule",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Schedule,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "schedule" => Ok(GeneratedField::Schedule),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ResumeScheduleResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ResumeScheduleResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ResumeScheduleResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut schedule__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Schedule => {
                            if schedule__.is_some() {
                                return Err(serde::de::Error::duplicate_field("schedule"));
                            }
                            schedule__ = map_.next_value()?;
                        }
                    }
                }
                Ok(ResumeScheduleResponse {
                    schedule: schedule__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ResumeScheduleResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RetireWorkflowRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.RetireWorkflowRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RetireWorkflowRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
            "version",
            "reason",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
            Version,
            Reason,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            "version" => Ok(GeneratedField::Version),
                            "reason" => Ok(GeneratedField::Reason),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RetireWorkflowRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.RetireWorkflowRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RetireWorkflowRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                let mut version__ = None;
                let mut reason__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(RetireWorkflowRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.RetireWorkflowRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RevokeRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.principal.is_empty() {
            len += 1;
        }
        if !self.role.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.RevokeRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.principal.is_empty() {
            struct_ser.serialize_field("principal", &self.principal)?;
        }
        if !self.role.is_empty() {
            struct_ser.serialize_field("role", &self.role)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RevokeRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "principal",
            "role",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Principal,
            Role,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "principal" => Ok(GeneratedField::Principal),
                            "role" => Ok(GeneratedField::Role),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RevokeRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.RevokeRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RevokeRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut principal__ = None;
                let mut role__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Principal => {
                            if principal__.is_some() {
                                return Err(serde::de::Error::duplicate_field("principal"));
                            }
                            principal__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Role => {
                            if role__.is_some() {
                                return Err(serde::de::Error::duplicate_field("role"));
                            }
                            role__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(RevokeRequest {
                    scope: scope__,
                    principal: principal__.unwrap_or_default(),
                    role: role__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.RevokeRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RevokeResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let len = 0;
        let struct_ser = serializer.serialize_struct("conductor.v1.RevokeResponse", len)?;
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RevokeResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                            Err(serde::de::Error::unknown_field(value, FIELDS))
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RevokeResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.RevokeResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RevokeResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                while map_.next_key::<GeneratedField>()?.is_some() {
                    let _ = map_.next_value::<serde::de::IgnoredAny>()?;
                }
                Ok(RevokeResponse {
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.RevokeResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Run {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.summary.is_some() {
            len += 1;
        }
        if !self.workflow_digest.is_empty() {
            len += 1;
        }
        if !self.inputs_json.is_empty() {
            len += 1;
        }
        if !self.outputs_json.is_empty() {
            len += 1;
        }
        if !self.tasks.is_empty() {
            len += 1;
        }
        if !self.artifacts.is_empty() {
            len += 1;
        }
        if !self.decision_id.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if self.seq != 0 {
            len += 1;
        }
        if !self.reruns.is_empty() {
            len += 1;
        }
        if self.parent.is_some() {
            len += 1;
        }
        if self.pause.is_some() {
            len += 1;
        }
        if !self.group.is_empty() {
            len += 1;
        }
        if self.waits_for_turn {
            len += 1;
        }
        if self.undo_only {
            len += 1;
        }
        if self.deadline.is_some() {
            len += 1;
        }
        if !self.plan.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Run", len)?;
        if let Some(v) = self.summary.as_ref() {
            struct_ser.serialize_field("summary", v)?;
        }
        if !self.workflow_digest.is_empty() {
            struct_ser.serialize_field("workflowDigest", &self.workflow_digest)?;
        }
        if !self.inputs_json.is_empty() {
            struct_ser.serialize_field("inputsJson", &self.inputs_json)?;
        }
        if !self.outputs_json.is_empty() {
            struct_ser.serialize_field("outputsJson", &self.outputs_json)?;
        }
        if !self.tasks.is_empty() {
            struct_ser.serialize_field("tasks", &self.tasks)?;
        }
        if !self.artifacts.is_empty() {
            struct_ser.serialize_field("artifacts", &self.artifacts)?;
        }
        if !self.decision_id.is_empty() {
            struct_ser.serialize_field("decisionId", &self.decision_id)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        if !self.reruns.is_empty() {
            struct_ser.serialize_field("reruns", &self.reruns)?;
        }
        if let Some(v) = self.parent.as_ref() {
            struct_ser.serialize_field("parent", v)?;
        }
        if let Some(v) = self.pause.as_ref() {
            struct_ser.serialize_field("pause", v)?;
        }
        if !self.group.is_empty() {
            struct_ser.serialize_field("group", &self.group)?;
        }
        if self.waits_for_turn {
            struct_ser.serialize_field("waitsForTurn", &self.waits_for_turn)?;
        }
        if self.undo_only {
            struct_ser.serialize_field("undoOnly", &self.undo_only)?;
        }
        if let Some(v) = self.deadline.as_ref() {
            struct_ser.serialize_field("deadline", v)?;
        }
        if !self.plan.is_empty() {
            struct_ser.serialize_field("plan", &self.plan)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Run {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "summary",
            "workflow_digest",
            "workflowDigest",
            "inputs_json",
            "inputsJson",
            "outputs_json",
            "outputsJson",
            "tasks",
            "artifacts",
            "decision_id",
            "decisionId",
            "reason",
            "seq",
            "reruns",
            "parent",
            "pause",
            "group",
            "waits_for_turn",
            "waitsForTurn",
            "undo_only",
            "undoOnly",
            "deadline",
            "plan",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Summary,
            WorkflowDigest,
            InputsJson,
            OutputsJson,
            Tasks,
            Artifacts,
            DecisionId,
            Reason,
            Seq,
            Reruns,
            Parent,
            Pause,
            Group,
            WaitsForTurn,
            UndoOnly,
            Deadline,
            Plan,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "summary" => Ok(GeneratedField::Summary),
                            "workflowDigest" | "workflow_digest" => Ok(GeneratedField::WorkflowDigest),
                            "inputsJson" | "inputs_json" => Ok(GeneratedField::InputsJson),
                            "outputsJson" | "outputs_json" => Ok(GeneratedField::OutputsJson),
                            "tasks" => Ok(GeneratedField::Tasks),
                            "artifacts" => Ok(GeneratedField::Artifacts),
                            "decisionId" | "decision_id" => Ok(GeneratedField::DecisionId),
                            "reason" => Ok(GeneratedField::Reason),
                            "seq" => Ok(GeneratedField::Seq),
                            "reruns" => Ok(GeneratedField::Reruns),
                            "parent" => Ok(GeneratedField::Parent),
                            "pause" => Ok(GeneratedField::Pause),
                            "group" => Ok(GeneratedField::Group),
                            "waitsForTurn" | "waits_for_turn" => Ok(GeneratedField::WaitsForTurn),
                            "undoOnly" | "undo_only" => Ok(GeneratedField::UndoOnly),
                            "deadline" => Ok(GeneratedField::Deadline),
                            "plan" => Ok(GeneratedField::Plan),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Run;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Run")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Run, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut summary__ = None;
                let mut workflow_digest__ = None;
                let mut inputs_json__ = None;
                let mut outputs_json__ = None;
                let mut tasks__ = None;
                let mut artifacts__ = None;
                let mut decision_id__ = None;
                let mut reason__ = None;
                let mut seq__ = None;
                let mut reruns__ = None;
                let mut parent__ = None;
                let mut pause__ = None;
                let mut group__ = None;
                let mut waits_for_turn__ = None;
                let mut undo_only__ = None;
                let mut deadline__ = None;
                let mut plan__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Summary => {
                            if summary__.is_some() {
                                return Err(serde::de::Error::duplicate_field("summary"));
                            }
                            summary__ = map_.next_value()?;
                        }
                        GeneratedField::WorkflowDigest => {
                            if workflow_digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflowDigest"));
                            }
                            workflow_digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InputsJson => {
                            if inputs_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inputsJson"));
                            }
                            inputs_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::OutputsJson => {
                            if outputs_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outputsJson"));
                            }
                            outputs_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tasks => {
                            if tasks__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tasks"));
                            }
                            tasks__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Artifacts => {
                            if artifacts__.is_some() {
                                return Err(serde::de::Error::duplicate_field("artifacts"));
                            }
                            artifacts__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DecisionId => {
                            if decision_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decisionId"));
                            }
                            decision_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Reruns => {
                            if reruns__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reruns"));
                            }
                            reruns__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Parent => {
                            if parent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("parent"));
                            }
                            parent__ = map_.next_value()?;
                        }
                        GeneratedField::Pause => {
                            if pause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pause"));
                            }
                            pause__ = map_.next_value()?;
                        }
                        GeneratedField::Group => {
                            if group__.is_some() {
                                return Err(serde::de::Error::duplicate_field("group"));
                            }
                            group__ = Some(map_.next_value()?);
                        }
                        GeneratedField::WaitsForTurn => {
                            if waits_for_turn__.is_some() {
                                return Err(serde::de::Error::duplicate_field("waitsForTurn"));
                            }
                            waits_for_turn__ = Some(map_.next_value()?);
                        }
                        GeneratedField::UndoOnly => {
                            if undo_only__.is_some() {
                                return Err(serde::de::Error::duplicate_field("undoOnly"));
                            }
                            undo_only__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Deadline => {
                            if deadline__.is_some() {
                                return Err(serde::de::Error::duplicate_field("deadline"));
                            }
                            deadline__ = map_.next_value()?;
                        }
                        GeneratedField::Plan => {
                            if plan__.is_some() {
                                return Err(serde::de::Error::duplicate_field("plan"));
                            }
                            plan__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Run {
                    summary: summary__,
                    workflow_digest: workflow_digest__.unwrap_or_default(),
                    inputs_json: inputs_json__.unwrap_or_default(),
                    outputs_json: outputs_json__.unwrap_or_default(),
                    tasks: tasks__.unwrap_or_default(),
                    artifacts: artifacts__.unwrap_or_default(),
                    decision_id: decision_id__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    seq: seq__.unwrap_or_default(),
                    reruns: reruns__.unwrap_or_default(),
                    parent: parent__,
                    pause: pause__,
                    group: group__.unwrap_or_default(),
                    waits_for_turn: waits_for_turn__.unwrap_or_default(),
                    undo_only: undo_only__.unwrap_or_default(),
                    deadline: deadline__,
                    plan: plan__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Run", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RunLogsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.task_id.is_empty() {
            len += 1;
        }
        if self.attempt != 0 {
            len += 1;
        }
        if self.follow {
            len += 1;
        }
        if self.offset != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.RunLogsRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.follow {
            struct_ser.serialize_field("follow", &self.follow)?;
        }
        if self.offset != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("offset", ToString::to_string(&self.offset).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RunLogsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "run_id",
            "runId",
            "task_id",
            "taskId",
            "attempt",
            "follow",
            "offset",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            RunId,
            TaskId,
            Attempt,
            Follow,
            Offset,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            "attempt" => Ok(GeneratedField::Attempt),
                            "follow" => Ok(GeneratedField::Follow),
                            "offset" => Ok(GeneratedField::Offset),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RunLogsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.RunLogsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RunLogsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut run_id__ = None;
                let mut task_id__ = None;
                let mut attempt__ = None;
                let mut follow__ = None;
                let mut offset__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Follow => {
                            if follow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("follow"));
                            }
                            follow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Offset => {
                            if offset__.is_some() {
                                return Err(serde::de::Error::duplicate_field("offset"));
                            }
                            offset__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(RunLogsRequest {
                    scope: scope__,
                    run_id: run_id__.unwrap_or_default(),
                    task_id: task_id__.unwrap_or_default(),
                    attempt: attempt__.unwrap_or_default(),
                    follow: follow__.unwrap_or_default(),
                    offset: offset__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.RunLogsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for RunStatus {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "RUN_STATUS_UNSPECIFIED",
            Self::Queued => "RUN_STATUS_QUEUED",
            Self::Running => "RUN_STATUS_RUNNING",
            Self::Cancelling => "RUN_STATUS_CANCELLING",
            Self::Succeeded => "RUN_STATUS_SUCCEEDED",
            Self::Failed => "RUN_STATUS_FAILED",
            Self::Cancelled => "RUN_STATUS_CANCELLED",
            Self::TimedOut => "RUN_STATUS_TIMED_OUT",
            Self::Paused => "RUN_STATUS_PAUSED",
            Self::Held => "RUN_STATUS_HELD",
            Self::Undoing => "RUN_STATUS_UNDOING",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for RunStatus {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "RUN_STATUS_UNSPECIFIED",
            "RUN_STATUS_QUEUED",
            "RUN_STATUS_RUNNING",
            "RUN_STATUS_CANCELLING",
            "RUN_STATUS_SUCCEEDED",
            "RUN_STATUS_FAILED",
            "RUN_STATUS_CANCELLED",
            "RUN_STATUS_TIMED_OUT",
            "RUN_STATUS_PAUSED",
            "RUN_STATUS_HELD",
            "RUN_STATUS_UNDOING",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = RunStatus;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "RUN_STATUS_UNSPECIFIED" => Ok(RunStatus::Unspecified),
                    "RUN_STATUS_QUEUED" => Ok(RunStatus::Queued),
                    "RUN_STATUS_RUNNING" => Ok(RunStatus::Running),
                    "RUN_STATUS_CANCELLING" => Ok(RunStatus::Cancelling),
                    "RUN_STATUS_SUCCEEDED" => Ok(RunStatus::Succeeded),
                    "RUN_STATUS_FAILED" => Ok(RunStatus::Failed),
                    "RUN_STATUS_CANCELLED" => Ok(RunStatus::Cancelled),
                    "RUN_STATUS_TIMED_OUT" => Ok(RunStatus::TimedOut),
                    "RUN_STATUS_PAUSED" => Ok(RunStatus::Paused),
                    "RUN_STATUS_HELD" => Ok(RunStatus::Held),
                    "RUN_STATUS_UNDOING" => Ok(RunStatus::Undoing),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for RunSummary {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.run_id.is_empty() {
            len += 1;
        }
        if self.scope.is_some() {
            len += 1;
        }
        if !self.workflow.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if self.status != 0 {
            len += 1;
        }
        if !self.owner.is_empty() {
            len += 1;
        }
        if self.started_at.is_some() {
            len += 1;
        }
        if self.ended_at.is_some() {
            len += 1;
        }
        if self.tasks_total != 0 {
            len += 1;
        }
        if self.tasks_done != 0 {
            len += 1;
        }
        if self.tasks_running != 0 {
            len += 1;
        }
        if self.tasks_failed != 0 {
            len += 1;
        }
        if !self.rerun_of.is_empty() {
            len += 1;
        }
        if !self.note.is_empty() {
            len += 1;
        }
        if !self.schedule.is_empty() {
            len += 1;
        }
        if self.schedule_due.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.RunSummary", len)?;
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.workflow.is_empty() {
            struct_ser.serialize_field("workflow", &self.workflow)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if self.status != 0 {
            let v = RunStatus::try_from(self.status)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.status)))?;
            struct_ser.serialize_field("status", &v)?;
        }
        if !self.owner.is_empty() {
            struct_ser.serialize_field("owner", &self.owner)?;
        }
        if let Some(v) = self.started_at.as_ref() {
            struct_ser.serialize_field("startedAt", v)?;
        }
        if let Some(v) = self.ended_at.as_ref() {
            struct_ser.serialize_field("endedAt", v)?;
        }
        if self.tasks_total != 0 {
            struct_ser.serialize_field("tasksTotal", &self.tasks_total)?;
        }
        if self.tasks_done != 0 {
            struct_ser.serialize_field("tasksDone", &self.tasks_done)?;
        }
        if self.tasks_running != 0 {
            struct_ser.serialize_field("tasksRunning", &self.tasks_running)?;
        }
        if self.tasks_failed != 0 {
            struct_ser.serialize_field("tasksFailed", &self.tasks_failed)?;
        }
        if !self.rerun_of.is_empty() {
            struct_ser.serialize_field("rerunOf", &self.rerun_of)?;
        }
        if !self.note.is_empty() {
            struct_ser.serialize_field("note", &self.note)?;
        }
        if !self.schedule.is_empty() {
            struct_ser.serialize_field("schedule", &self.schedule)?;
        }
        if let Some(v) = self.schedule_due.as_ref() {
            struct_ser.serialize_field("scheduleDue", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for RunSummary {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "run_id",
            "runId",
            "scope",
            "workflow",
            "version",
            "status",
            "owner",
            "started_at",
            "startedAt",
            "ended_at",
            "endedAt",
            "tasks_total",
            "tasksTotal",
            "tasks_done",
            "tasksDone",
            "tasks_running",
            "tasksRunning",
            "tasks_failed",
            "tasksFailed",
            "rerun_of",
            "rerunOf",
            "note",
            "schedule",
            "schedule_due",
            "scheduleDue",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            RunId,
            Scope,
            Workflow,
            Version,
            Status,
            Owner,
            StartedAt,
            EndedAt,
            TasksTotal,
            TasksDone,
            TasksRunning,
            TasksFailed,
            RerunOf,
            Note,
            Schedule,
            ScheduleDue,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "scope" => Ok(GeneratedField::Scope),
                            "workflow" => Ok(GeneratedField::Workflow),
                            "version" => Ok(GeneratedField::Version),
                            "status" => Ok(GeneratedField::Status),
                            "owner" => Ok(GeneratedField::Owner),
                            "startedAt" | "started_at" => Ok(GeneratedField::StartedAt),
                            "endedAt" | "ended_at" => Ok(GeneratedField::EndedAt),
                            "tasksTotal" | "tasks_total" => Ok(GeneratedField::TasksTotal),
                            "tasksDone" | "tasks_done" => Ok(GeneratedField::TasksDone),
                            "tasksRunning" | "tasks_running" => Ok(GeneratedField::TasksRunning),
                            "tasksFailed" | "tasks_failed" => Ok(GeneratedField::TasksFailed),
                            "rerunOf" | "rerun_of" => Ok(GeneratedField::RerunOf),
                            "note" => Ok(GeneratedField::Note),
                            "schedule" => Ok(GeneratedField::Schedule),
                            "scheduleDue" | "schedule_due" => Ok(GeneratedField::ScheduleDue),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = RunSummary;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.RunSummary")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<RunSummary, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut run_id__ = None;
                let mut scope__ = None;
                let mut workflow__ = None;
                let mut version__ = None;
                let mut status__ = None;
                let mut owner__ = None;
                let mut started_at__ = None;
                let mut ended_at__ = None;
                let mut tasks_total__ = None;
                let mut tasks_done__ = None;
                let mut tasks_running__ = None;
                let mut tasks_failed__ = None;
                let mut rerun_of__ = None;
                let mut note__ = None;
                let mut schedule__ = None;
                let mut schedule_due__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Status => {
                            if status__.is_some() {
                                return Err(serde::de::Error::duplicate_field("status"));
                            }
                            status__ = Some(map_.next_value::<RunStatus>()? as i32);
                        }
                        GeneratedField::Owner => {
                            if owner__.is_some() {
                                return Err(serde::de::Error::duplicate_field("owner"));
                            }
                            owner__ = Some(map_.next_value()?);
                        }
                        GeneratedField::StartedAt => {
                            if started_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startedAt"));
                            }
                            started_at__ = map_.next_value()?;
                        }
                        GeneratedField::EndedAt => {
                            if ended_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("endedAt"));
                            }
                            ended_at__ = map_.next_value()?;
                        }
                        GeneratedField::TasksTotal => {
                            if tasks_total__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tasksTotal"));
                            }
                            tasks_total__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::TasksDone => {
                            if tasks_done__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tasksDone"));
                            }
                            tasks_done__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::TasksRunning => {
                            if tasks_running__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tasksRunning"));
                            }
                            tasks_running__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::TasksFailed => {
                            if tasks_failed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tasksFailed"));
                            }
                            tasks_failed__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RerunOf => {
                            if rerun_of__.is_some() {
                                return Err(serde::de::Error::duplicate_field("rerunOf"));
                            }
                            rerun_of__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Note => {
                            if note__.is_some() {
                                return Err(serde::de::Error::duplicate_field("note"));
                            }
                            note__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Schedule => {
                            if schedule__.is_some() {
                                return Err(serde::de::Error::duplicate_field("schedule"));
                            }
                            schedule__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ScheduleDue => {
                            if schedule_due__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scheduleDue"));
                            }
                            schedule_due__ = map_.next_value()?;
                        }
                    }
                }
                Ok(RunSummary {
                    run_id: run_id__.unwrap_or_default(),
                    scope: scope__,
                    workflow: workflow__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    status: status__.unwrap_or_default(),
                    owner: owner__.unwrap_or_default(),
                    started_at: started_at__,
                    ended_at: ended_at__,
                    tasks_total: tasks_total__.unwrap_or_default(),
                    tasks_done: tasks_done__.unwrap_or_default(),
                    tasks_running: tasks_running__.unwrap_or_default(),
                    tasks_failed: tasks_failed__.unwrap_or_default(),
                    rerun_of: rerun_of__.unwrap_or_default(),
                    note: note__.unwrap_or_default(),
                    schedule: schedule__.unwrap_or_default(),
                    schedule_due: schedule_due__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.RunSummary", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Sandbox {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.level.is_empty() {
            len += 1;
        }
        if !self.read.is_empty() {
            len += 1;
        }
        if !self.write.is_empty() {
            len += 1;
        }
        if self.network.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Sandbox", len)?;
        if !self.level.is_empty() {
            struct_ser.serialize_field("level", &self.level)?;
        }
        if !self.read.is_empty() {
            struct_ser.serialize_field("read", &self.read)?;
        }
        if !self.write.is_empty() {
            struct_ser.serialize_field("write", &self.write)?;
        }
        if let Some(v) = self.network.as_ref() {
            struct_ser.serialize_field("network", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Sandbox {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "level",
            "read",
            "write",
            "network",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Level,
            Read,
            Write,
            Network,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "level" => Ok(GeneratedField::Level),
                            "read" => Ok(GeneratedField::Read),
                            "write" => Ok(GeneratedField::Write),
                            "network" => Ok(GeneratedField::Network),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Sandbox;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Sandbox")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Sandbox, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut level__ = None;
                let mut read__ = None;
                let mut write__ = None;
                let mut network__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Level => {
                            if level__.is_some() {
                                return Err(serde::de::Error::duplicate_field("level"));
                            }
                            level__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Read => {
                            if read__.is_some() {
                                return Err(serde::de::Error::duplicate_field("read"));
                            }
                            read__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Write => {
                            if write__.is_some() {
                                return Err(serde::de::Error::duplicate_field("write"));
                            }
                            write__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Network => {
                            if network__.is_some() {
                                return Err(serde::de::Error::duplicate_field("network"));
                            }
                            network__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Sandbox {
                    level: level__.unwrap_or_default(),
                    read: read__.unwrap_or_default(),
                    write: write__.unwrap_or_default(),
                    network: network__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Sandbox", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Schedule {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if self.version != 0 {
            len += 1;
        }
        if self.spec.is_some() {
            len += 1;
        }
        if !self.owner.is_empty() {
            len += 1;
        }
        if self.set_at.is_some() {
            len += 1;
        }
        if !self.decision_id.is_empty() {
            len += 1;
        }
        if self.paused {
            len += 1;
        }
        if !self.paused_by.is_empty() {
            len += 1;
        }
        if !self.paused_reason.is_empty() {
            len += 1;
        }
        if self.paused_at.is_some() {
            len += 1;
        }
        if self.next.is_some() {
            len += 1;
        }
        if !self.active_run_id.is_empty() {
            len += 1;
        }
        if self.waiting != 0 {
            len += 1;
        }
        if self.backlog != 0 {
            len += 1;
        }
        if !self.recent.is_empty() {
            len += 1;
        }
        if self.runs != 0 {
            len += 1;
        }
        if self.skips != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Schedule", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if self.version != 0 {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if let Some(v) = self.spec.as_ref() {
            struct_ser.serialize_field("spec", v)?;
        }
        if !self.owner.is_empty() {
            struct_ser.serialize_field("owner", &self.owner)?;
        }
        if let Some(v) = self.set_at.as_ref() {
            struct_ser.serialize_field("setAt", v)?;
        }
        if !self.decision_id.is_empty() {
            struct_ser.serialize_field("decisionId", &self.decision_id)?;
        }
        if self.paused {
            struct_ser.serialize_field("paused", &self.paused)?;
        }
        if !self.paused_by.is_empty() {
            struct_ser.serialize_field("pausedBy", &self.paused_by)?;
        }
        if !self.paused_reason.is_empty() {
            struct_ser.serialize_field("pausedReason", &self.paused_reason)?;
        }
        if let Some(v) = self.paused_at.as_ref() {
            struct_ser.serialize_field("pausedAt", v)?;
        }
        if let Some(v) = self.next.as_ref() {
            struct_ser.serialize_field("next", v)?;
        }
        if !self.active_run_id.is_empty() {
            struct_ser.serialize_field("activeRunId", &self.active_run_id)?;
        }
        if self.waiting != 0 {
            struct_ser.serialize_field("waiting", &self.waiting)?;
        }
        if self.backlog != 0 {
            struct_ser.serialize_field("backlog", &self.backlog)?;
        }
        if !self.recent.is_empty() {
            struct_ser.serialize_field("recent", &self.recent)?;
        }
        if self.runs != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("runs", ToString::to_string(&self.runs).as_str())?;
        }
        if self.skips != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("skips", ToString::to_string(&self.skips).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Schedule {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
            "version",
            "spec",
            "owner",
            "set_at",
            "setAt",
            "decision_id",
            "decisionId",
            "paused",
            "paused_by",
            "pausedBy",
            "paused_reason",
            "pausedReason",
            "paused_at",
            "pausedAt",
            "next",
            "active_run_id",
            "activeRunId",
            "waiting",
            "backlog",
            "recent",
            "runs",
            "skips",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
            Version,
            Spec,
            Owner,
            SetAt,
            DecisionId,
            Paused,
            PausedBy,
            PausedReason,
            PausedAt,
            Next,
            ActiveRunId,
            Waiting,
            Backlog,
            Recent,
            Runs,
            Skips,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            "version" => Ok(GeneratedField::Version),
                            "spec" => Ok(GeneratedField::Spec),
                            "owner" => Ok(GeneratedField::Owner),
                            "setAt" | "set_at" => Ok(GeneratedField::SetAt),
                            "decisionId" | "decision_id" => Ok(GeneratedField::DecisionId),
                            "paused" => Ok(GeneratedField::Paused),
                            "pausedBy" | "paused_by" => Ok(GeneratedField::PausedBy),
                            "pausedReason" | "paused_reason" => Ok(GeneratedField::PausedReason),
                            "pausedAt" | "paused_at" => Ok(GeneratedField::PausedAt),
                            "next" => Ok(GeneratedField::Next),
                            "activeRunId" | "active_run_id" => Ok(GeneratedField::ActiveRunId),
                            "waiting" => Ok(GeneratedField::Waiting),
                            "backlog" => Ok(GeneratedField::Backlog),
                            "recent" => Ok(GeneratedField::Recent),
                            "runs" => Ok(GeneratedField::Runs),
                            "skips" => Ok(GeneratedField::Skips),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Schedule;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Schedule")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Schedule, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                let mut version__ = None;
                let mut spec__ = None;
                let mut owner__ = None;
                let mut set_at__ = None;
                let mut decision_id__ = None;
                let mut paused__ = None;
                let mut paused_by__ = None;
                let mut paused_reason__ = None;
                let mut paused_at__ = None;
                let mut next__ = None;
                let mut active_run_id__ = None;
                let mut waiting__ = None;
                let mut backlog__ = None;
                let mut recent__ = None;
                let mut runs__ = None;
                let mut skips__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Spec => {
                            if spec__.is_some() {
                                return Err(serde::de::Error::duplicate_field("spec"));
                            }
                            spec__ = map_.next_value()?;
                        }
                        GeneratedField::Owner => {
                            if owner__.is_some() {
                                return Err(serde::de::Error::duplicate_field("owner"));
                            }
                            owner__ = Some(map_.next_value()?);
                        }
                        GeneratedField::SetAt => {
                            if set_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("setAt"));
                            }
                            set_at__ = map_.next_value()?;
                        }
                        GeneratedField::DecisionId => {
                            if decision_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decisionId"));
                            }
                            decision_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Paused => {
                            if paused__.is_some() {
                                return Err(serde::de::Error::duplicate_field("paused"));
                            }
                            paused__ = Some(map_.next_value()?);
                        }
                        GeneratedField::PausedBy => {
                            if paused_by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pausedBy"));
                            }
                            paused_by__ = Some(map_.next_value()?);
                        }
                        GeneratedField::PausedReason => {
                            if paused_reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pausedReason"));
                            }
                            paused_reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::PausedAt => {
                            if paused_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pausedAt"));
                            }
                            paused_at__ = map_.next_value()?;
                        }
                        GeneratedField::Next => {
                            if next__.is_some() {
                                return Err(serde::de::Error::duplicate_field("next"));
                            }
                            next__ = map_.next_value()?;
                        }
                        GeneratedField::ActiveRunId => {
                            if active_run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("activeRunId"));
                            }
                            active_run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Waiting => {
                            if waiting__.is_some() {
                                return Err(serde::de::Error::duplicate_field("waiting"));
                            }
                            waiting__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Backlog => {
                            if backlog__.is_some() {
                                return Err(serde::de::Error::duplicate_field("backlog"));
                            }
                            backlog__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Recent => {
                            if recent__.is_some() {
                                return Err(serde::de::Error::duplicate_field("recent"));
                            }
                            recent__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Skips => {
                            if skips__.is_some() {
                                return Err(serde::de::Error::duplicate_field("skips"));
                            }
                            skips__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Schedule {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    spec: spec__,
                    owner: owner__.unwrap_or_default(),
                    set_at: set_at__,
                    decision_id: decision_id__.unwrap_or_default(),
                    paused: paused__.unwrap_or_default(),
                    paused_by: paused_by__.unwrap_or_default(),
                    paused_reason: paused_reason__.unwrap_or_default(),
                    paused_at: paused_at__,
                    next: next__,
                    active_run_id: active_run_id__.unwrap_or_default(),
                    waiting: waiting__.unwrap_or_default(),
                    backlog: backlog__.unwrap_or_default(),
                    recent: recent__.unwrap_or_default(),
                    runs: runs__.unwrap_or_default(),
                    skips: skips__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Schedule", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ScheduleHistoryRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ScheduleHistoryRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ScheduleHistoryRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ScheduleHistoryRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ScheduleHistoryRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ScheduleHistoryRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ScheduleHistoryRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ScheduleHistoryRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ScheduleHistoryResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.versions.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ScheduleHistoryResponse", len)?;
        if !self.versions.is_empty() {
            struct_ser.serialize_field("versions", &self.versions)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ScheduleHistoryResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "versions",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Versions,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "versions" => Ok(GeneratedField::Versions),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ScheduleHistoryResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ScheduleHistoryResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ScheduleHistoryResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut versions__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Versions => {
                            if versions__.is_some() {
                                return Err(serde::de::Error::duplicate_field("versions"));
                            }
                            versions__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ScheduleHistoryResponse {
                    versions: versions__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ScheduleHistoryResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ScheduleOutcome {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.at.is_some() {
            len += 1;
        }
        if self.due.is_some() {
            len += 1;
        }
        if !self.cause.is_empty() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.skipped.is_empty() {
            len += 1;
        }
        if !self.note.is_empty() {
            len += 1;
        }
        if self.count != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ScheduleOutcome", len)?;
        if let Some(v) = self.at.as_ref() {
            struct_ser.serialize_field("at", v)?;
        }
        if let Some(v) = self.due.as_ref() {
            struct_ser.serialize_field("due", v)?;
        }
        if !self.cause.is_empty() {
            struct_ser.serialize_field("cause", &self.cause)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.skipped.is_empty() {
            struct_ser.serialize_field("skipped", &self.skipped)?;
        }
        if !self.note.is_empty() {
            struct_ser.serialize_field("note", &self.note)?;
        }
        if self.count != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("count", ToString::to_string(&self.count).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ScheduleOutcome {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "at",
            "due",
            "cause",
            "run_id",
            "runId",
            "skipped",
            "note",
            "count",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            At,
            Due,
            Cause,
            RunId,
            Skipped,
            Note,
            Count,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "at" => Ok(GeneratedField::At),
                            "due" => Ok(GeneratedField::Due),
                            "cause" => Ok(GeneratedField::Cause),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "skipped" => Ok(GeneratedField::Skipped),
                            "note" => Ok(GeneratedField::Note),
                            "count" => Ok(GeneratedField::Count),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ScheduleOutcome;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ScheduleOutcome")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ScheduleOutcome, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut at__ = None;
                let mut due__ = None;
                let mut cause__ = None;
                let mut run_id__ = None;
                let mut skipped__ = None;
                let mut note__ = None;
                let mut count__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::At => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            at__ = map_.next_value()?;
                        }
                        GeneratedField::Due => {
                            if due__.is_some() {
                                return Err(serde::de::Error::duplicate_field("due"));
                            }
                            due__ = map_.next_value()?;
                        }
                        GeneratedField::Cause => {
                            if cause__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cause"));
                            }
                            cause__ = Some(map_.next_value()?);
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Skipped => {
                            if skipped__.is_some() {
                                return Err(serde::de::Error::duplicate_field("skipped"));
                            }
                            skipped__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Note => {
                            if note__.is_some() {
                                return Err(serde::de::Error::duplicate_field("note"));
                            }
                            note__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Count => {
                            if count__.is_some() {
                                return Err(serde::de::Error::duplicate_field("count"));
                            }
                            count__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ScheduleOutcome {
                    at: at__,
                    due: due__,
                    cause: cause__.unwrap_or_default(),
                    run_id: run_id__.unwrap_or_default(),
                    skipped: skipped__.unwrap_or_default(),
                    note: note__.unwrap_or_default(),
                    count: count__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ScheduleOutcome", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ScheduleSpec {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.workflow.is_empty() {
            len += 1;
        }
        if !self.workflow_version.is_empty() {
            len += 1;
        }
        if !self.inputs_json.is_empty() {
            len += 1;
        }
        if self.from.is_some() {
            len += 1;
        }
        if !self.zone.is_empty() {
            len += 1;
        }
        if self.overlap != 0 {
            len += 1;
        }
        if self.missed != 0 {
            len += 1;
        }
        if self.missed_window_ms != 0 {
            len += 1;
        }
        if self.jitter_ms != 0 {
            len += 1;
        }
        if !self.description.is_empty() {
            len += 1;
        }
        if self.trigger.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ScheduleSpec", len)?;
        if !self.workflow.is_empty() {
            struct_ser.serialize_field("workflow", &self.workflow)?;
        }
        if !self.workflow_version.is_empty() {
            struct_ser.serialize_field("workflowVersion", &self.workflow_version)?;
        }
        if !self.inputs_json.is_empty() {
            struct_ser.serialize_field("inputsJson", &self.inputs_json)?;
        }
        if let Some(v) = self.from.as_ref() {
            struct_ser.serialize_field("from", v)?;
        }
        if !self.zone.is_empty() {
            struct_ser.serialize_field("zone", &self.zone)?;
        }
        if self.overlap != 0 {
            let v = Overlap::try_from(self.overlap)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.overlap)))?;
            struct_ser.serialize_field("overlap", &v)?;
        }
        if self.missed != 0 {
            let v = Missed::try_from(self.missed)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.missed)))?;
            struct_ser.serialize_field("missed", &v)?;
        }
        if self.missed_window_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("missedWindowMs", ToString::to_string(&self.missed_window_ms).as_str())?;
        }
        if self.jitter_ms != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("jitterMs", ToString::to_string(&self.jitter_ms).as_str())?;
        }
        if !self.description.is_empty() {
            struct_ser.serialize_field("description", &self.description)?;
        }
        if let Some(v) = self.trigger.as_ref() {
            match v {
                schedule_spec::Trigger::Cron(v) => {
                    struct_ser.serialize_field("cron", v)?;
                }
                schedule_spec::Trigger::EveryMs(v) => {
                    #[allow(clippy::needless_borrow)]
                    #[allow(clippy::needless_borrows_for_generic_args)]
                    struct_ser.serialize_field("everyMs", ToString::to_string(&v).as_str())?;
                }
                schedule_spec::Trigger::At(v) => {
                    struct_ser.serialize_field("at", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ScheduleSpec {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "workflow",
            "workflow_version",
            "workflowVersion",
            "inputs_json",
            "inputsJson",
            "from",
            "zone",
            "overlap",
            "missed",
            "missed_window_ms",
            "missedWindowMs",
            "jitter_ms",
            "jitterMs",
            "description",
            "cron",
            "every_ms",
            "everyMs",
            "at",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Workflow,
            WorkflowVersion,
            InputsJson,
            From,
            Zone,
            Overlap,
            Missed,
            MissedWindowMs,
            JitterMs,
            Description,
            Cron,
            EveryMs,
            At,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workflow" => Ok(GeneratedField::Workflow),
                            "workflowVersion" | "workflow_version" => Ok(GeneratedField::WorkflowVersion),
                            "inputsJson" | "inputs_json" => Ok(GeneratedField::InputsJson),
                            "from" => Ok(GeneratedField::From),
                            "zone" => Ok(GeneratedField::Zone),
                            "overlap" => Ok(GeneratedField::Overlap),
                            "missed" => Ok(GeneratedField::Missed),
                            "missedWindowMs" | "missed_window_ms" => Ok(GeneratedField::MissedWindowMs),
                            "jitterMs" | "jitter_ms" => Ok(GeneratedField::JitterMs),
                            "description" => Ok(GeneratedField::Description),
                            "cron" => Ok(GeneratedField::Cron),
                            "everyMs" | "every_ms" => Ok(GeneratedField::EveryMs),
                            "at" => Ok(GeneratedField::At),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ScheduleSpec;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ScheduleSpec")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ScheduleSpec, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut workflow__ = None;
                let mut workflow_version__ = None;
                let mut inputs_json__ = None;
                let mut from__ = None;
                let mut zone__ = None;
                let mut overlap__ = None;
                let mut missed__ = None;
                let mut missed_window_ms__ = None;
                let mut jitter_ms__ = None;
                let mut description__ = None;
                let mut trigger__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::WorkflowVersion => {
                            if workflow_version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflowVersion"));
                            }
                            workflow_version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InputsJson => {
                            if inputs_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inputsJson"));
                            }
                            inputs_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::From => {
                            if from__.is_some() {
                                return Err(serde::de::Error::duplicate_field("from"));
                            }
                            from__ = map_.next_value()?;
                        }
                        GeneratedField::Zone => {
                            if zone__.is_some() {
                                return Err(serde::de::Error::duplicate_field("zone"));
                            }
                            zone__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Overlap => {
                            if overlap__.is_some() {
                                return Err(serde::de::Error::duplicate_field("overlap"));
                            }
                            overlap__ = Some(map_.next_value::<Overlap>()? as i32);
                        }
                        GeneratedField::Missed => {
                            if missed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("missed"));
                            }
                            missed__ = Some(map_.next_value::<Missed>()? as i32);
                        }
                        GeneratedField::MissedWindowMs => {
                            if missed_window_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("missedWindowMs"));
                            }
                            missed_window_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::JitterMs => {
                            if jitter_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("jitterMs"));
                            }
                            jitter_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Description => {
                            if description__.is_some() {
                                return Err(serde::de::Error::duplicate_field("description"));
                            }
                            description__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Cron => {
                            if trigger__.is_some() {
                                return Err(serde::de::Error::duplicate_field("cron"));
                            }
                            trigger__ = map_.next_value::<::std::option::Option<_>>()?.map(schedule_spec::Trigger::Cron);
                        }
                        GeneratedField::EveryMs => {
                            if trigger__.is_some() {
                                return Err(serde::de::Error::duplicate_field("everyMs"));
                            }
                            trigger__ = map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| schedule_spec::Trigger::EveryMs(x.0));
                        }
                        GeneratedField::At => {
                            if trigger__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            trigger__ = map_.next_value::<::std::option::Option<_>>()?.map(schedule_spec::Trigger::At);
                        }
                    }
                }
                Ok(ScheduleSpec {
                    workflow: workflow__.unwrap_or_default(),
                    workflow_version: workflow_version__.unwrap_or_default(),
                    inputs_json: inputs_json__.unwrap_or_default(),
                    from: from__,
                    zone: zone__.unwrap_or_default(),
                    overlap: overlap__.unwrap_or_default(),
                    missed: missed__.unwrap_or_default(),
                    missed_window_ms: missed_window_ms__.unwrap_or_default(),
                    jitter_ms: jitter_ms__.unwrap_or_default(),
                    description: description__.unwrap_or_default(),
                    trigger: trigger__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ScheduleSpec", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ScheduleVersion {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.version != 0 {
            len += 1;
        }
        if self.spec.is_some() {
            len += 1;
        }
        if !self.set_by.is_empty() {
            len += 1;
        }
        if self.set_at.is_some() {
            len += 1;
        }
        if !self.decision_id.is_empty() {
            len += 1;
        }
        if self.seq != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ScheduleVersion", len)?;
        if self.version != 0 {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if let Some(v) = self.spec.as_ref() {
            struct_ser.serialize_field("spec", v)?;
        }
        if !self.set_by.is_empty() {
            struct_ser.serialize_field("setBy", &self.set_by)?;
        }
        if let Some(v) = self.set_at.as_ref() {
            struct_ser.serialize_field("setAt", v)?;
        }
        if !self.decision_id.is_empty() {
            struct_ser.serialize_field("decisionId", &self.decision_id)?;
        }
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ScheduleVersion {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "version",
            "spec",
            "set_by",
            "setBy",
            "set_at",
            "setAt",
            "decision_id",
            "decisionId",
            "seq",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Version,
            Spec,
            SetBy,
            SetAt,
            DecisionId,
            Seq,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "version" => Ok(GeneratedField::Version),
                            "spec" => Ok(GeneratedField::Spec),
                            "setBy" | "set_by" => Ok(GeneratedField::SetBy),
                            "setAt" | "set_at" => Ok(GeneratedField::SetAt),
                            "decisionId" | "decision_id" => Ok(GeneratedField::DecisionId),
                            "seq" => Ok(GeneratedField::Seq),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ScheduleVersion;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ScheduleVersion")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ScheduleVersion, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut version__ = None;
                let mut spec__ = None;
                let mut set_by__ = None;
                let mut set_at__ = None;
                let mut decision_id__ = None;
                let mut seq__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Spec => {
                            if spec__.is_some() {
                                return Err(serde::de::Error::duplicate_field("spec"));
                            }
                            spec__ = map_.next_value()?;
                        }
                        GeneratedField::SetBy => {
                            if set_by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("setBy"));
                            }
                            set_by__ = Some(map_.next_value()?);
                        }
                        GeneratedField::SetAt => {
                            if set_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("setAt"));
                            }
                            set_at__ = map_.next_value()?;
                        }
                        GeneratedField::DecisionId => {
                            if decision_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decisionId"));
                            }
                            decision_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(ScheduleVersion {
                    version: version__.unwrap_or_default(),
                    spec: spec__,
                    set_by: set_by__.unwrap_or_default(),
                    set_at: set_at__,
                    decision_id: decision_id__.unwrap_or_default(),
                    seq: seq__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ScheduleVersion", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Scope {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.tenant.is_empty() {
            len += 1;
        }
        if !self.environment.is_empty() {
            len += 1;
        }
        if !self.region.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Scope", len)?;
        if !self.tenant.is_empty() {
            struct_ser.serialize_field("tenant", &self.tenant)?;
        }
        if !self.environment.is_empty() {
            struct_ser.serialize_field("environment", &self.environment)?;
        }
        if !self.region.is_empty() {
            struct_ser.serialize_field("region", &self.region)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Scope {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "tenant",
            "environment",
            "region",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Tenant,
            Environment,
            Region,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "tenant" => Ok(GeneratedField::Tenant),
                            "environment" => Ok(GeneratedField::Environment),
                            "region" => Ok(GeneratedField::Region),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Scope;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Scope")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Scope, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut tenant__ = None;
                let mut environment__ = None;
                let mut region__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Tenant => {
                            if tenant__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tenant"));
                            }
                            tenant__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Environment => {
                            if environment__.is_some() {
                                return Err(serde::de::Error::duplicate_field("environment"));
                            }
                            environment__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Region => {
                            if region__.is_some() {
                                return Err(serde::de::Error::duplicate_field("region"));
                            }
                            region__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Scope {
                    tenant: tenant__.unwrap_or_default(),
                    environment: environment__.unwrap_or_default(),
                    region: region__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Scope", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Secret {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.provider.is_empty() {
            len += 1;
        }
        if !self.place.is_empty() {
            len += 1;
        }
        if !self.tenants.is_empty() {
            len += 1;
        }
        if !self.environments.is_empty() {
            len += 1;
        }
        if !self.problem.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Secret", len)?;
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.provider.is_empty() {
            struct_ser.serialize_field("provider", &self.provider)?;
        }
        if !self.place.is_empty() {
            struct_ser.serialize_field("place", &self.place)?;
        }
        if !self.tenants.is_empty() {
            struct_ser.serialize_field("tenants", &self.tenants)?;
        }
        if !self.environments.is_empty() {
            struct_ser.serialize_field("environments", &self.environments)?;
        }
        if !self.problem.is_empty() {
            struct_ser.serialize_field("problem", &self.problem)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Secret {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "name",
            "provider",
            "place",
            "tenants",
            "environments",
            "problem",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Name,
            Provider,
            Place,
            Tenants,
            Environments,
            Problem,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "name" => Ok(GeneratedField::Name),
                            "provider" => Ok(GeneratedField::Provider),
                            "place" => Ok(GeneratedField::Place),
                            "tenants" => Ok(GeneratedField::Tenants),
                            "environments" => Ok(GeneratedField::Environments),
                            "problem" => Ok(GeneratedField::Problem),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Secret;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Secret")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Secret, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut name__ = None;
                let mut provider__ = None;
                let mut place__ = None;
                let mut tenants__ = None;
                let mut environments__ = None;
                let mut problem__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Provider => {
                            if provider__.is_some() {
                                return Err(serde::de::Error::duplicate_field("provider"));
                            }
                            provider__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Place => {
                            if place__.is_some() {
                                return Err(serde::de::Error::duplicate_field("place"));
                            }
                            place__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Tenants => {
                            if tenants__.is_some() {
                                return Err(serde::de::Error::duplicate_field("tenants"));
                            }
                            tenants__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Environments => {
                            if environments__.is_some() {
                                return Err(serde::de::Error::duplicate_field("environments"));
                            }
                            environments__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Problem => {
                            if problem__.is_some() {
                                return Err(serde::de::Error::duplicate_field("problem"));
                            }
                            problem__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Secret {
                    name: name__.unwrap_or_default(),
                    provider: provider__.unwrap_or_default(),
                    place: place__.unwrap_or_default(),
                    tenants: tenants__.unwrap_or_default(),
                    environments: environments__.unwrap_or_default(),
                    problem: problem__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Secret", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SetScheduleRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if self.spec.is_some() {
            len += 1;
        }
        if self.edits_version.is_some() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.SetScheduleRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if let Some(v) = self.spec.as_ref() {
            struct_ser.serialize_field("spec", v)?;
        }
        if let Some(v) = self.edits_version.as_ref() {
            struct_ser.serialize_field("editsVersion", v)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SetScheduleRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
            "spec",
            "edits_version",
            "editsVersion",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
            Spec,
            EditsVersion,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            "spec" => Ok(GeneratedField::Spec),
                            "editsVersion" | "edits_version" => Ok(GeneratedField::EditsVersion),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SetScheduleRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.SetScheduleRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SetScheduleRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                let mut spec__ = None;
                let mut edits_version__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Spec => {
                            if spec__.is_some() {
                                return Err(serde::de::Error::duplicate_field("spec"));
                            }
                            spec__ = map_.next_value()?;
                        }
                        GeneratedField::EditsVersion => {
                            if edits_version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("editsVersion"));
                            }
                            edits_version__ = 
                                map_.next_value::<::std::option::Option<::pbjson::private::NumberDeserialize<_>>>()?.map(|x| x.0)
                            ;
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(SetScheduleRequest {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                    spec: spec__,
                    edits_version: edits_version__,
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.SetScheduleRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SetScheduleResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.schedule.is_some() {
            len += 1;
        }
        if self.changed {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.SetScheduleResponse", len)?;
        if let Some(v) = self.schedule.as_ref() {
            struct_ser.serialize_field("schedule", v)?;
        }
        if self.changed {
            struct_ser.serialize_field("changed", &self.changed)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SetScheduleResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "schedule",
            "changed",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Schedule,
            Changed,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "schedule" => Ok(GeneratedField::Schedule),
                            "changed" => Ok(GeneratedField::Changed),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SetScheduleResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.SetScheduleResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SetScheduleResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut schedule__ = None;
                let mut changed__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Schedule => {
                            if schedule__.is_some() {
                                return Err(serde::de::Error::duplicate_field("schedule"));
                            }
                            schedule__ = map_.next_value()?;
                        }
                        GeneratedField::Changed => {
                            if changed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("changed"));
                            }
                            changed__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(SetScheduleResponse {
                    schedule: schedule__,
                    changed: changed__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.SetScheduleResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SkipTaskRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.task_id.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.SkipTaskRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SkipTaskRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "run_id",
            "runId",
            "task_id",
            "taskId",
            "reason",
            "idempotency_key",
            "idempotencyKey",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            RunId,
            TaskId,
            Reason,
            IdempotencyKey,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            "reason" => Ok(GeneratedField::Reason),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SkipTaskRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.SkipTaskRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SkipTaskRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut run_id__ = None;
                let mut task_id__ = None;
                let mut reason__ = None;
                let mut idempotency_key__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(SkipTaskRequest {
                    scope: scope__,
                    run_id: run_id__.unwrap_or_default(),
                    task_id: task_id__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.SkipTaskRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for SkippedTask {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.task_id.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.SkippedTask", len)?;
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for SkippedTask {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "task_id",
            "taskId",
            "reason",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            TaskId,
            Reason,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            "reason" => Ok(GeneratedField::Reason),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = SkippedTask;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.SkippedTask")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<SkippedTask, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut task_id__ = None;
                let mut reason__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(SkippedTask {
                    task_id: task_id__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.SkippedTask", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for StartRunRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.workflow.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.inputs_json.is_empty() {
            len += 1;
        }
        if !self.idempotency_key.is_empty() {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        if !self.plan.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.StartRunRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.workflow.is_empty() {
            struct_ser.serialize_field("workflow", &self.workflow)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.inputs_json.is_empty() {
            struct_ser.serialize_field("inputsJson", &self.inputs_json)?;
        }
        if !self.idempotency_key.is_empty() {
            struct_ser.serialize_field("idempotencyKey", &self.idempotency_key)?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        if !self.plan.is_empty() {
            struct_ser.serialize_field("plan", &self.plan)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for StartRunRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "workflow",
            "version",
            "inputs_json",
            "inputsJson",
            "idempotency_key",
            "idempotencyKey",
            "reason",
            "plan",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Workflow,
            Version,
            InputsJson,
            IdempotencyKey,
            Reason,
            Plan,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "workflow" => Ok(GeneratedField::Workflow),
                            "version" => Ok(GeneratedField::Version),
                            "inputsJson" | "inputs_json" => Ok(GeneratedField::InputsJson),
                            "idempotencyKey" | "idempotency_key" => Ok(GeneratedField::IdempotencyKey),
                            "reason" => Ok(GeneratedField::Reason),
                            "plan" => Ok(GeneratedField::Plan),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = StartRunRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.StartRunRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<StartRunRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut workflow__ = None;
                let mut version__ = None;
                let mut inputs_json__ = None;
                let mut idempotency_key__ = None;
                let mut reason__ = None;
                let mut plan__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Workflow => {
                            if workflow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflow"));
                            }
                            workflow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::InputsJson => {
                            if inputs_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inputsJson"));
                            }
                            inputs_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::IdempotencyKey => {
                            if idempotency_key__.is_some() {
                                return Err(serde::de::Error::duplicate_field("idempotencyKey"));
                            }
                            idempotency_key__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Plan => {
                            if plan__.is_some() {
                                return Err(serde::de::Error::duplicate_field("plan"));
                            }
                            plan__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(StartRunRequest {
                    scope: scope__,
                    workflow: workflow__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    inputs_json: inputs_json__.unwrap_or_default(),
                    idempotency_key: idempotency_key__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                    plan: plan__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.StartRunRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for StartRunResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.run_id.is_empty() {
            len += 1;
        }
        if self.seq != 0 {
            len += 1;
        }
        if !self.decision_id.is_empty() {
            len += 1;
        }
        if self.replayed {
            len += 1;
        }
        if !self.warnings.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.StartRunResponse", len)?;
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        if !self.decision_id.is_empty() {
            struct_ser.serialize_field("decisionId", &self.decision_id)?;
        }
        if self.replayed {
            struct_ser.serialize_field("replayed", &self.replayed)?;
        }
        if !self.warnings.is_empty() {
            struct_ser.serialize_field("warnings", &self.warnings)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for StartRunResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "run_id",
            "runId",
            "seq",
            "decision_id",
            "decisionId",
            "replayed",
            "warnings",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            RunId,
            Seq,
            DecisionId,
            Replayed,
            Warnings,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "seq" => Ok(GeneratedField::Seq),
                            "decisionId" | "decision_id" => Ok(GeneratedField::DecisionId),
                            "replayed" => Ok(GeneratedField::Replayed),
                            "warnings" => Ok(GeneratedField::Warnings),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = StartRunResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.StartRunResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<StartRunResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut run_id__ = None;
                let mut seq__ = None;
                let mut decision_id__ = None;
                let mut replayed__ = None;
                let mut warnings__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::DecisionId => {
                            if decision_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decisionId"));
                            }
                            decision_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Replayed => {
                            if replayed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("replayed"));
                            }
                            replayed__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Warnings => {
                            if warnings__.is_some() {
                                return Err(serde::de::Error::duplicate_field("warnings"));
                            }
                            warnings__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(StartRunResponse {
                    run_id: run_id__.unwrap_or_default(),
                    seq: seq__.unwrap_or_default(),
                    decision_id: decision_id__.unwrap_or_default(),
                    replayed: replayed__.unwrap_or_default(),
                    warnings: warnings__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.StartRunResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for StatusRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.StatusRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for StatusRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = StatusRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.StatusRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<StatusRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                    }
                }
                Ok(StatusRequest {
                    scope: scope__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.StatusRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for StatusResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.version.is_empty() {
            len += 1;
        }
        if self.started_at.is_some() {
            len += 1;
        }
        if self.pid != 0 {
            len += 1;
        }
        if !self.data_dir.is_empty() {
            len += 1;
        }
        if !self.state.is_empty() {
            len += 1;
        }
        if self.ledger_seq != 0 {
            len += 1;
        }
        if self.views_seq != 0 {
            len += 1;
        }
        if self.runs_total != 0 {
            len += 1;
        }
        if self.runs_active != 0 {
            len += 1;
        }
        if self.queue_depth != 0 {
            len += 1;
        }
        if self.workers != 0 {
            len += 1;
        }
        if self.commands_waiting != 0 {
            len += 1;
        }
        if !self.bundle_revision.is_empty() {
            len += 1;
        }
        if !self.ledger_origin.is_empty() {
            len += 1;
        }
        if self.resident_bytes != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.StatusResponse", len)?;
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if let Some(v) = self.started_at.as_ref() {
            struct_ser.serialize_field("startedAt", v)?;
        }
        if self.pid != 0 {
            struct_ser.serialize_field("pid", &self.pid)?;
        }
        if !self.data_dir.is_empty() {
            struct_ser.serialize_field("dataDir", &self.data_dir)?;
        }
        if !self.state.is_empty() {
            struct_ser.serialize_field("state", &self.state)?;
        }
        if self.ledger_seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("ledgerSeq", ToString::to_string(&self.ledger_seq).as_str())?;
        }
        if self.views_seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("viewsSeq", ToString::to_string(&self.views_seq).as_str())?;
        }
        if self.runs_total != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("runsTotal", ToString::to_string(&self.runs_total).as_str())?;
        }
        if self.runs_active != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("runsActive", ToString::to_string(&self.runs_active).as_str())?;
        }
        if self.queue_depth != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("queueDepth", ToString::to_string(&self.queue_depth).as_str())?;
        }
        if self.workers != 0 {
            struct_ser.serialize_field("workers", &self.workers)?;
        }
        if self.commands_waiting != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("commandsWaiting", ToString::to_string(&self.commands_waiting).as_str())?;
        }
        if !self.bundle_revision.is_empty() {
            struct_ser.serialize_field("bundleRevision", &self.bundle_revision)?;
        }
        if !self.ledger_origin.is_empty() {
            struct_ser.serialize_field("ledgerOrigin", &self.ledger_origin)?;
        }
        if self.resident_bytes != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("residentBytes", ToString::to_string(&self.resident_bytes).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for StatusResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "version",
            "started_at",
            "startedAt",
            "pid",
            "data_dir",
            "dataDir",
            "state",
            "ledger_seq",
            "ledgerSeq",
            "views_seq",
            "viewsSeq",
            "runs_total",
            "runsTotal",
            "runs_active",
            "runsActive",
            "queue_depth",
            "queueDepth",
            "workers",
            "commands_waiting",
            "commandsWaiting",
            "bundle_revision",
            "bundleRevision",
            "ledger_origin",
            "ledgerOrigin",
            "resident_bytes",
            "residentBytes",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Version,
            StartedAt,
            Pid,
            DataDir,
            State,
            LedgerSeq,
            ViewsSeq,
            RunsTotal,
            RunsActive,
            QueueDepth,
            Workers,
            CommandsWaiting,
            BundleRevision,
            LedgerOrigin,
            ResidentBytes,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "version" => Ok(GeneratedField::Version),
                            "startedAt" | "started_at" => Ok(GeneratedField::StartedAt),
                            "pid" => Ok(GeneratedField::Pid),
                            "dataDir" | "data_dir" => Ok(GeneratedField::DataDir),
                            "state" => Ok(GeneratedField::State),
                            "ledgerSeq" | "ledger_seq" => Ok(GeneratedField::LedgerSeq),
                            "viewsSeq" | "views_seq" => Ok(GeneratedField::ViewsSeq),
                            "runsTotal" | "runs_total" => Ok(GeneratedField::RunsTotal),
                            "runsActive" | "runs_active" => Ok(GeneratedField::RunsActive),
                            "queueDepth" | "queue_depth" => Ok(GeneratedField::QueueDepth),
                            "workers" => Ok(GeneratedField::Workers),
                            "commandsWaiting" | "commands_waiting" => Ok(GeneratedField::CommandsWaiting),
                            "bundleRevision" | "bundle_revision" => Ok(GeneratedField::BundleRevision),
                            "ledgerOrigin" | "ledger_origin" => Ok(GeneratedField::LedgerOrigin),
                            "residentBytes" | "resident_bytes" => Ok(GeneratedField::ResidentBytes),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = StatusResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.StatusResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<StatusResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut version__ = None;
                let mut started_at__ = None;
                let mut pid__ = None;
                let mut data_dir__ = None;
                let mut state__ = None;
                let mut ledger_seq__ = None;
                let mut views_seq__ = None;
                let mut runs_total__ = None;
                let mut runs_active__ = None;
                let mut queue_depth__ = None;
                let mut workers__ = None;
                let mut commands_waiting__ = None;
                let mut bundle_revision__ = None;
                let mut ledger_origin__ = None;
                let mut resident_bytes__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::StartedAt => {
                            if started_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("startedAt"));
                            }
                            started_at__ = map_.next_value()?;
                        }
                        GeneratedField::Pid => {
                            if pid__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pid"));
                            }
                            pid__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::DataDir => {
                            if data_dir__.is_some() {
                                return Err(serde::de::Error::duplicate_field("dataDir"));
                            }
                            data_dir__ = Some(map_.next_value()?);
                        }
                        GeneratedField::State => {
                            if state__.is_some() {
                                return Err(serde::de::Error::duplicate_field("state"));
                            }
                            state__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LedgerSeq => {
                            if ledger_seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ledgerSeq"));
                            }
                            ledger_seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::ViewsSeq => {
                            if views_seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("viewsSeq"));
                            }
                            views_seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RunsTotal => {
                            if runs_total__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runsTotal"));
                            }
                            runs_total__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RunsActive => {
                            if runs_active__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runsActive"));
                            }
                            runs_active__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::QueueDepth => {
                            if queue_depth__.is_some() {
                                return Err(serde::de::Error::duplicate_field("queueDepth"));
                            }
                            queue_depth__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Workers => {
                            if workers__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workers"));
                            }
                            workers__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::CommandsWaiting => {
                            if commands_waiting__.is_some() {
                                return Err(serde::de::Error::duplicate_field("commandsWaiting"));
                            }
                            commands_waiting__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::BundleRevision => {
                            if bundle_revision__.is_some() {
                                return Err(serde::de::Error::duplicate_field("bundleRevision"));
                            }
                            bundle_revision__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LedgerOrigin => {
                            if ledger_origin__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ledgerOrigin"));
                            }
                            ledger_origin__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ResidentBytes => {
                            if resident_bytes__.is_some() {
                                return Err(serde::de::Error::duplicate_field("residentBytes"));
                            }
                            resident_bytes__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(StatusResponse {
                    version: version__.unwrap_or_default(),
                    started_at: started_at__,
                    pid: pid__.unwrap_or_default(),
                    data_dir: data_dir__.unwrap_or_default(),
                    state: state__.unwrap_or_default(),
                    ledger_seq: ledger_seq__.unwrap_or_default(),
                    views_seq: views_seq__.unwrap_or_default(),
                    runs_total: runs_total__.unwrap_or_default(),
                    runs_active: runs_active__.unwrap_or_default(),
                    queue_depth: queue_depth__.unwrap_or_default(),
                    workers: workers__.unwrap_or_default(),
                    commands_waiting: commands_waiting__.unwrap_or_default(),
                    bundle_revision: bundle_revision__.unwrap_or_default(),
                    ledger_origin: ledger_origin__.unwrap_or_default(),
                    resident_bytes: resident_bytes__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.StatusResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for StopOrder {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.run_id.is_empty() {
            len += 1;
        }
        if !self.task_id.is_empty() {
            len += 1;
        }
        if self.attempt != 0 {
            len += 1;
        }
        if self.token != 0 {
            len += 1;
        }
        if !self.reason.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.StopOrder", len)?;
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if self.token != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("token", ToString::to_string(&self.token).as_str())?;
        }
        if !self.reason.is_empty() {
            struct_ser.serialize_field("reason", &self.reason)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for StopOrder {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "run_id",
            "runId",
            "task_id",
            "taskId",
            "attempt",
            "token",
            "reason",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            RunId,
            TaskId,
            Attempt,
            Token,
            Reason,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            "attempt" => Ok(GeneratedField::Attempt),
                            "token" => Ok(GeneratedField::Token),
                            "reason" => Ok(GeneratedField::Reason),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = StopOrder;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.StopOrder")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<StopOrder, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut run_id__ = None;
                let mut task_id__ = None;
                let mut attempt__ = None;
                let mut token__ = None;
                let mut reason__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Token => {
                            if token__.is_some() {
                                return Err(serde::de::Error::duplicate_field("token"));
                            }
                            token__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Reason => {
                            if reason__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reason"));
                            }
                            reason__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(StopOrder {
                    run_id: run_id__.unwrap_or_default(),
                    task_id: task_id__.unwrap_or_default(),
                    attempt: attempt__.unwrap_or_default(),
                    token: token__.unwrap_or_default(),
                    reason: reason__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.StopOrder", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for TailRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if self.after_seq != 0 {
            len += 1;
        }
        if self.follow {
            len += 1;
        }
        if !self.kinds.is_empty() {
            len += 1;
        }
        if !self.subject.is_empty() {
            len += 1;
        }
        if self.limit != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.TailRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if self.after_seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("afterSeq", ToString::to_string(&self.after_seq).as_str())?;
        }
        if self.follow {
            struct_ser.serialize_field("follow", &self.follow)?;
        }
        if !self.kinds.is_empty() {
            struct_ser.serialize_field("kinds", &self.kinds)?;
        }
        if !self.subject.is_empty() {
            struct_ser.serialize_field("subject", &self.subject)?;
        }
        if self.limit != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("limit", ToString::to_string(&self.limit).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for TailRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "after_seq",
            "afterSeq",
            "follow",
            "kinds",
            "subject",
            "limit",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            AfterSeq,
            Follow,
            Kinds,
            Subject,
            Limit,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "afterSeq" | "after_seq" => Ok(GeneratedField::AfterSeq),
                            "follow" => Ok(GeneratedField::Follow),
                            "kinds" => Ok(GeneratedField::Kinds),
                            "subject" => Ok(GeneratedField::Subject),
                            "limit" => Ok(GeneratedField::Limit),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = TailRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.TailRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<TailRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut after_seq__ = None;
                let mut follow__ = None;
                let mut kinds__ = None;
                let mut subject__ = None;
                let mut limit__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::AfterSeq => {
                            if after_seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("afterSeq"));
                            }
                            after_seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Follow => {
                            if follow__.is_some() {
                                return Err(serde::de::Error::duplicate_field("follow"));
                            }
                            follow__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Kinds => {
                            if kinds__.is_some() {
                                return Err(serde::de::Error::duplicate_field("kinds"));
                            }
                            kinds__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Subject => {
                            if subject__.is_some() {
                                return Err(serde::de::Error::duplicate_field("subject"));
                            }
                            subject__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Limit => {
                            if limit__.is_some() {
                                return Err(serde::de::Error::duplicate_field("limit"));
                            }
                            limit__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(TailRequest {
                    scope: scope__,
                    after_seq: after_seq__.unwrap_or_default(),
                    follow: follow__.unwrap_or_default(),
                    kinds: kinds__.unwrap_or_default(),
                    subject: subject__.unwrap_or_default(),
                    limit: limit__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.TailRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Task {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.id.is_empty() {
            len += 1;
        }
        if !self.uses.is_empty() {
            len += 1;
        }
        if self.status != 0 {
            len += 1;
        }
        if !self.needs.is_empty() {
            len += 1;
        }
        if !self.attempts.is_empty() {
            len += 1;
        }
        if self.retries != 0 {
            len += 1;
        }
        if self.next_attempt_at.is_some() {
            len += 1;
        }
        if !self.outputs_json.is_empty() {
            len += 1;
        }
        if !self.message.is_empty() {
            len += 1;
        }
        if self.role != 0 {
            len += 1;
        }
        if !self.group_id.is_empty() {
            len += 1;
        }
        if self.batch != 0 {
            len += 1;
        }
        if !self.held_as.is_empty() {
            len += 1;
        }
        if !self.answers.is_empty() {
            len += 1;
        }
        if self.until.is_some() {
            len += 1;
        }
        if !self.child_run_id.is_empty() {
            len += 1;
        }
        if !self.values_json.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Task", len)?;
        if !self.id.is_empty() {
            struct_ser.serialize_field("id", &self.id)?;
        }
        if !self.uses.is_empty() {
            struct_ser.serialize_field("uses", &self.uses)?;
        }
        if self.status != 0 {
            let v = TaskStatus::try_from(self.status)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.status)))?;
            struct_ser.serialize_field("status", &v)?;
        }
        if !self.needs.is_empty() {
            struct_ser.serialize_field("needs", &self.needs)?;
        }
        if !self.attempts.is_empty() {
            struct_ser.serialize_field("attempts", &self.attempts)?;
        }
        if self.retries != 0 {
            struct_ser.serialize_field("retries", &self.retries)?;
        }
        if let Some(v) = self.next_attempt_at.as_ref() {
            struct_ser.serialize_field("nextAttemptAt", v)?;
        }
        if !self.outputs_json.is_empty() {
            struct_ser.serialize_field("outputsJson", &self.outputs_json)?;
        }
        if !self.message.is_empty() {
            struct_ser.serialize_field("message", &self.message)?;
        }
        if self.role != 0 {
            let v = TaskRole::try_from(self.role)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.role)))?;
            struct_ser.serialize_field("role", &v)?;
        }
        if !self.group_id.is_empty() {
            struct_ser.serialize_field("groupId", &self.group_id)?;
        }
        if self.batch != 0 {
            struct_ser.serialize_field("batch", &self.batch)?;
        }
        if !self.held_as.is_empty() {
            struct_ser.serialize_field("heldAs", &self.held_as)?;
        }
        if !self.answers.is_empty() {
            struct_ser.serialize_field("answers", &self.answers)?;
        }
        if let Some(v) = self.until.as_ref() {
            struct_ser.serialize_field("until", v)?;
        }
        if !self.child_run_id.is_empty() {
            struct_ser.serialize_field("childRunId", &self.child_run_id)?;
        }
        if !self.values_json.is_empty() {
            struct_ser.serialize_field("valuesJson", &self.values_json)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Task {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "id",
            "uses",
            "status",
            "needs",
            "attempts",
            "retries",
            "next_attempt_at",
            "nextAttemptAt",
            "outputs_json",
            "outputsJson",
            "message",
            "role",
            "group_id",
            "groupId",
            "batch",
            "held_as",
            "heldAs",
            "answers",
            "until",
            "child_run_id",
            "childRunId",
            "values_json",
            "valuesJson",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Id,
            Uses,
            Status,
            Needs,
            Attempts,
            Retries,
            NextAttemptAt,
            OutputsJson,
            Message,
            Role,
            GroupId,
            Batch,
            HeldAs,
            Answers,
            Until,
            ChildRunId,
            ValuesJson,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "id" => Ok(GeneratedField::Id),
                            "uses" => Ok(GeneratedField::Uses),
                            "status" => Ok(GeneratedField::Status),
                            "needs" => Ok(GeneratedField::Needs),
                            "attempts" => Ok(GeneratedField::Attempts),
                            "retries" => Ok(GeneratedField::Retries),
                            "nextAttemptAt" | "next_attempt_at" => Ok(GeneratedField::NextAttemptAt),
                            "outputsJson" | "outputs_json" => Ok(GeneratedField::OutputsJson),
                            "message" => Ok(GeneratedField::Message),
                            "role" => Ok(GeneratedField::Role),
                            "groupId" | "group_id" => Ok(GeneratedField::GroupId),
                            "batch" => Ok(GeneratedField::Batch),
                            "heldAs" | "held_as" => Ok(GeneratedField::HeldAs),
                            "answers" => Ok(GeneratedField::Answers),
                            "until" => Ok(GeneratedField::Until),
                            "childRunId" | "child_run_id" => Ok(GeneratedField::ChildRunId),
                            "valuesJson" | "values_json" => Ok(GeneratedField::ValuesJson),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Task;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Task")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Task, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut id__ = None;
                let mut uses__ = None;
                let mut status__ = None;
                let mut needs__ = None;
                let mut attempts__ = None;
                let mut retries__ = None;
                let mut next_attempt_at__ = None;
                let mut outputs_json__ = None;
                let mut message__ = None;
                let mut role__ = None;
                let mut group_id__ = None;
                let mut batch__ = None;
                let mut held_as__ = None;
                let mut answers__ = None;
                let mut until__ = None;
                let mut child_run_id__ = None;
                let mut values_json__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Id => {
                            if id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("id"));
                            }
                            id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Uses => {
                            if uses__.is_some() {
                                return Err(serde::de::Error::duplicate_field("uses"));
                            }
                            uses__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Status => {
                            if status__.is_some() {
                                return Err(serde::de::Error::duplicate_field("status"));
                            }
                            status__ = Some(map_.next_value::<TaskStatus>()? as i32);
                        }
                        GeneratedField::Needs => {
                            if needs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("needs"));
                            }
                            needs__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Attempts => {
                            if attempts__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempts"));
                            }
                            attempts__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Retries => {
                            if retries__.is_some() {
                                return Err(serde::de::Error::duplicate_field("retries"));
                            }
                            retries__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::NextAttemptAt => {
                            if next_attempt_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nextAttemptAt"));
                            }
                            next_attempt_at__ = map_.next_value()?;
                        }
                        GeneratedField::OutputsJson => {
                            if outputs_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("outputsJson"));
                            }
                            outputs_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Message => {
                            if message__.is_some() {
                                return Err(serde::de::Error::duplicate_field("message"));
                            }
                            message__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Role => {
                            if role__.is_some() {
                                return Err(serde::de::Error::duplicate_field("role"));
                            }
                            role__ = Some(map_.next_value::<TaskRole>()? as i32);
                        }
                        GeneratedField::GroupId => {
                            if group_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("groupId"));
                            }
                            group_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Batch => {
                            if batch__.is_some() {
                                return Err(serde::de::Error::duplicate_field("batch"));
                            }
                            batch__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::HeldAs => {
                            if held_as__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heldAs"));
                            }
                            held_as__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Answers => {
                            if answers__.is_some() {
                                return Err(serde::de::Error::duplicate_field("answers"));
                            }
                            answers__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Until => {
                            if until__.is_some() {
                                return Err(serde::de::Error::duplicate_field("until"));
                            }
                            until__ = map_.next_value()?;
                        }
                        GeneratedField::ChildRunId => {
                            if child_run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("childRunId"));
                            }
                            child_run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ValuesJson => {
                            if values_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("valuesJson"));
                            }
                            values_json__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Task {
                    id: id__.unwrap_or_default(),
                    uses: uses__.unwrap_or_default(),
                    status: status__.unwrap_or_default(),
                    needs: needs__.unwrap_or_default(),
                    attempts: attempts__.unwrap_or_default(),
                    retries: retries__.unwrap_or_default(),
                    next_attempt_at: next_attempt_at__,
                    outputs_json: outputs_json__.unwrap_or_default(),
                    message: message__.unwrap_or_default(),
                    role: role__.unwrap_or_default(),
                    group_id: group_id__.unwrap_or_default(),
                    batch: batch__.unwrap_or_default(),
                    held_as: held_as__.unwrap_or_default(),
                    answers: answers__.unwrap_or_default(),
                    until: until__,
                    child_run_id: child_run_id__.unwrap_or_default(),
                    values_json: values_json__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Task", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for TaskRole {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "TASK_ROLE_UNSPECIFIED",
            Self::Plain => "TASK_ROLE_PLAIN",
            Self::Instance => "TASK_ROLE_INSTANCE",
            Self::Health => "TASK_ROLE_HEALTH",
            Self::Undo => "TASK_ROLE_UNDO",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for TaskRole {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "TASK_ROLE_UNSPECIFIED",
            "TASK_ROLE_PLAIN",
            "TASK_ROLE_INSTANCE",
            "TASK_ROLE_HEALTH",
            "TASK_ROLE_UNDO",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = TaskRole;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "TASK_ROLE_UNSPECIFIED" => Ok(TaskRole::Unspecified),
                    "TASK_ROLE_PLAIN" => Ok(TaskRole::Plain),
                    "TASK_ROLE_INSTANCE" => Ok(TaskRole::Instance),
                    "TASK_ROLE_HEALTH" => Ok(TaskRole::Health),
                    "TASK_ROLE_UNDO" => Ok(TaskRole::Undo),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for TaskStatus {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "TASK_STATUS_UNSPECIFIED",
            Self::Waiting => "TASK_STATUS_WAITING",
            Self::Ready => "TASK_STATUS_READY",
            Self::Running => "TASK_STATUS_RUNNING",
            Self::Backoff => "TASK_STATUS_BACKOFF",
            Self::Succeeded => "TASK_STATUS_SUCCEEDED",
            Self::Failed => "TASK_STATUS_FAILED",
            Self::Skipped => "TASK_STATUS_SKIPPED",
            Self::Cancelled => "TASK_STATUS_CANCELLED",
            Self::TimedOut => "TASK_STATUS_TIMED_OUT",
            Self::Held => "TASK_STATUS_HELD",
            Self::Deferred => "TASK_STATUS_DEFERRED",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for TaskStatus {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "TASK_STATUS_UNSPECIFIED",
            "TASK_STATUS_WAITING",
            "TASK_STATUS_READY",
            "TASK_STATUS_RUNNING",
            "TASK_STATUS_BACKOFF",
            "TASK_STATUS_SUCCEEDED",
            "TASK_STATUS_FAILED",
            "TASK_STATUS_SKIPPED",
            "TASK_STATUS_CANCELLED",
            "TASK_STATUS_TIMED_OUT",
            "TASK_STATUS_HELD",
            "TASK_STATUS_DEFERRED",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = TaskStatus;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "TASK_STATUS_UNSPECIFIED" => Ok(TaskStatus::Unspecified),
                    "TASK_STATUS_WAITING" => Ok(TaskStatus::Waiting),
                    "TASK_STATUS_READY" => Ok(TaskStatus::Ready),
                    "TASK_STATUS_RUNNING" => Ok(TaskStatus::Running),
                    "TASK_STATUS_BACKOFF" => Ok(TaskStatus::Backoff),
                    "TASK_STATUS_SUCCEEDED" => Ok(TaskStatus::Succeeded),
                    "TASK_STATUS_FAILED" => Ok(TaskStatus::Failed),
                    "TASK_STATUS_SKIPPED" => Ok(TaskStatus::Skipped),
                    "TASK_STATUS_CANCELLED" => Ok(TaskStatus::Cancelled),
                    "TASK_STATUS_TIMED_OUT" => Ok(TaskStatus::TimedOut),
                    "TASK_STATUS_HELD" => Ok(TaskStatus::Held),
                    "TASK_STATUS_DEFERRED" => Ok(TaskStatus::Deferred),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
impl serde::Serialize for TimelineEntry {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.seq != 0 {
            len += 1;
        }
        if self.at.is_some() {
            len += 1;
        }
        if !self.kind.is_empty() {
            len += 1;
        }
        if !self.task_id.is_empty() {
            len += 1;
        }
        if self.attempt != 0 {
            len += 1;
        }
        if !self.text.is_empty() {
            len += 1;
        }
        if !self.actor.is_empty() {
            len += 1;
        }
        if !self.decision_id.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.TimelineEntry", len)?;
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        if let Some(v) = self.at.as_ref() {
            struct_ser.serialize_field("at", v)?;
        }
        if !self.kind.is_empty() {
            struct_ser.serialize_field("kind", &self.kind)?;
        }
        if !self.task_id.is_empty() {
            struct_ser.serialize_field("taskId", &self.task_id)?;
        }
        if self.attempt != 0 {
            struct_ser.serialize_field("attempt", &self.attempt)?;
        }
        if !self.text.is_empty() {
            struct_ser.serialize_field("text", &self.text)?;
        }
        if !self.actor.is_empty() {
            struct_ser.serialize_field("actor", &self.actor)?;
        }
        if !self.decision_id.is_empty() {
            struct_ser.serialize_field("decisionId", &self.decision_id)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for TimelineEntry {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "seq",
            "at",
            "kind",
            "task_id",
            "taskId",
            "attempt",
            "text",
            "actor",
            "decision_id",
            "decisionId",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Seq,
            At,
            Kind,
            TaskId,
            Attempt,
            Text,
            Actor,
            DecisionId,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "seq" => Ok(GeneratedField::Seq),
                            "at" => Ok(GeneratedField::At),
                            "kind" => Ok(GeneratedField::Kind),
                            "taskId" | "task_id" => Ok(GeneratedField::TaskId),
                            "attempt" => Ok(GeneratedField::Attempt),
                            "text" => Ok(GeneratedField::Text),
                            "actor" => Ok(GeneratedField::Actor),
                            "decisionId" | "decision_id" => Ok(GeneratedField::DecisionId),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = TimelineEntry;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.TimelineEntry")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<TimelineEntry, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut seq__ = None;
                let mut at__ = None;
                let mut kind__ = None;
                let mut task_id__ = None;
                let mut attempt__ = None;
                let mut text__ = None;
                let mut actor__ = None;
                let mut decision_id__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::At => {
                            if at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("at"));
                            }
                            at__ = map_.next_value()?;
                        }
                        GeneratedField::Kind => {
                            if kind__.is_some() {
                                return Err(serde::de::Error::duplicate_field("kind"));
                            }
                            kind__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TaskId => {
                            if task_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskId"));
                            }
                            task_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Attempt => {
                            if attempt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("attempt"));
                            }
                            attempt__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Text => {
                            if text__.is_some() {
                                return Err(serde::de::Error::duplicate_field("text"));
                            }
                            text__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Actor => {
                            if actor__.is_some() {
                                return Err(serde::de::Error::duplicate_field("actor"));
                            }
                            actor__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DecisionId => {
                            if decision_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decisionId"));
                            }
                            decision_id__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(TimelineEntry {
                    seq: seq__.unwrap_or_default(),
                    at: at__,
                    kind: kind__.unwrap_or_default(),
                    task_id: task_id__.unwrap_or_default(),
                    attempt: attempt__.unwrap_or_default(),
                    text: text__.unwrap_or_default(),
                    actor: actor__.unwrap_or_default(),
                    decision_id: decision_id__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.TimelineEntry", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for TimelineRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if self.after_seq != 0 {
            len += 1;
        }
        if self.page_size != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.TimelineRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if self.after_seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("afterSeq", ToString::to_string(&self.after_seq).as_str())?;
        }
        if self.page_size != 0 {
            struct_ser.serialize_field("pageSize", &self.page_size)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for TimelineRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "run_id",
            "runId",
            "after_seq",
            "afterSeq",
            "page_size",
            "pageSize",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            RunId,
            AfterSeq,
            PageSize,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "afterSeq" | "after_seq" => Ok(GeneratedField::AfterSeq),
                            "pageSize" | "page_size" => Ok(GeneratedField::PageSize),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = TimelineRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.TimelineRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<TimelineRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut run_id__ = None;
                let mut after_seq__ = None;
                let mut page_size__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::AfterSeq => {
                            if after_seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("afterSeq"));
                            }
                            after_seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::PageSize => {
                            if page_size__.is_some() {
                                return Err(serde::de::Error::duplicate_field("pageSize"));
                            }
                            page_size__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(TimelineRequest {
                    scope: scope__,
                    run_id: run_id__.unwrap_or_default(),
                    after_seq: after_seq__.unwrap_or_default(),
                    page_size: page_size__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.TimelineRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for TimelineResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.entries.is_empty() {
            len += 1;
        }
        if self.next_after_seq != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.TimelineResponse", len)?;
        if !self.entries.is_empty() {
            struct_ser.serialize_field("entries", &self.entries)?;
        }
        if self.next_after_seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("nextAfterSeq", ToString::to_string(&self.next_after_seq).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for TimelineResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "entries",
            "next_after_seq",
            "nextAfterSeq",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Entries,
            NextAfterSeq,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "entries" => Ok(GeneratedField::Entries),
                            "nextAfterSeq" | "next_after_seq" => Ok(GeneratedField::NextAfterSeq),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = TimelineResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.TimelineResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<TimelineResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut entries__ = None;
                let mut next_after_seq__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Entries => {
                            if entries__.is_some() {
                                return Err(serde::de::Error::duplicate_field("entries"));
                            }
                            entries__ = Some(map_.next_value()?);
                        }
                        GeneratedField::NextAfterSeq => {
                            if next_after_seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("nextAfterSeq"));
                            }
                            next_after_seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(TimelineResponse {
                    entries: entries__.unwrap_or_default(),
                    next_after_seq: next_after_seq__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.TimelineResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ValidateWorkflowRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.manifest.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ValidateWorkflowRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.manifest.is_empty() {
            struct_ser.serialize_field("manifest", &self.manifest)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ValidateWorkflowRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "manifest",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Manifest,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "manifest" => Ok(GeneratedField::Manifest),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ValidateWorkflowRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ValidateWorkflowRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ValidateWorkflowRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut manifest__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Manifest => {
                            if manifest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("manifest"));
                            }
                            manifest__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ValidateWorkflowRequest {
                    scope: scope__,
                    manifest: manifest__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ValidateWorkflowRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for ValidateWorkflowResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.problems.is_empty() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.digest.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.ValidateWorkflowResponse", len)?;
        if !self.problems.is_empty() {
            struct_ser.serialize_field("problems", &self.problems)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.digest.is_empty() {
            struct_ser.serialize_field("digest", &self.digest)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for ValidateWorkflowResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "problems",
            "name",
            "version",
            "digest",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Problems,
            Name,
            Version,
            Digest,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "problems" => Ok(GeneratedField::Problems),
                            "name" => Ok(GeneratedField::Name),
                            "version" => Ok(GeneratedField::Version),
                            "digest" => Ok(GeneratedField::Digest),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = ValidateWorkflowResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.ValidateWorkflowResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<ValidateWorkflowResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut problems__ = None;
                let mut name__ = None;
                let mut version__ = None;
                let mut digest__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Problems => {
                            if problems__.is_some() {
                                return Err(serde::de::Error::duplicate_field("problems"));
                            }
                            problems__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Digest => {
                            if digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("digest"));
                            }
                            digest__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(ValidateWorkflowResponse {
                    problems: problems__.unwrap_or_default(),
                    name: name__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    digest: digest__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.ValidateWorkflowResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for VerifyProgress {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.records_done != 0 {
            len += 1;
        }
        if self.records_total != 0 {
            len += 1;
        }
        if self.finished {
            len += 1;
        }
        if self.ok {
            len += 1;
        }
        if !self.problem.is_empty() {
            len += 1;
        }
        if !self.root_hash.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.VerifyProgress", len)?;
        if self.records_done != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("recordsDone", ToString::to_string(&self.records_done).as_str())?;
        }
        if self.records_total != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("recordsTotal", ToString::to_string(&self.records_total).as_str())?;
        }
        if self.finished {
            struct_ser.serialize_field("finished", &self.finished)?;
        }
        if self.ok {
            struct_ser.serialize_field("ok", &self.ok)?;
        }
        if !self.problem.is_empty() {
            struct_ser.serialize_field("problem", &self.problem)?;
        }
        if !self.root_hash.is_empty() {
            struct_ser.serialize_field("rootHash", &self.root_hash)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for VerifyProgress {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "records_done",
            "recordsDone",
            "records_total",
            "recordsTotal",
            "finished",
            "ok",
            "problem",
            "root_hash",
            "rootHash",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            RecordsDone,
            RecordsTotal,
            Finished,
            Ok,
            Problem,
            RootHash,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "recordsDone" | "records_done" => Ok(GeneratedField::RecordsDone),
                            "recordsTotal" | "records_total" => Ok(GeneratedField::RecordsTotal),
                            "finished" => Ok(GeneratedField::Finished),
                            "ok" => Ok(GeneratedField::Ok),
                            "problem" => Ok(GeneratedField::Problem),
                            "rootHash" | "root_hash" => Ok(GeneratedField::RootHash),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = VerifyProgress;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.VerifyProgress")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<VerifyProgress, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut records_done__ = None;
                let mut records_total__ = None;
                let mut finished__ = None;
                let mut ok__ = None;
                let mut problem__ = None;
                let mut root_hash__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::RecordsDone => {
                            if records_done__.is_some() {
                                return Err(serde::de::Error::duplicate_field("recordsDone"));
                            }
                            records_done__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::RecordsTotal => {
                            if records_total__.is_some() {
                                return Err(serde::de::Error::duplicate_field("recordsTotal"));
                            }
                            records_total__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Finished => {
                            if finished__.is_some() {
                                return Err(serde::de::Error::duplicate_field("finished"));
                            }
                            finished__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Ok => {
                            if ok__.is_some() {
                                return Err(serde::de::Error::duplicate_field("ok"));
                            }
                            ok__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Problem => {
                            if problem__.is_some() {
                                return Err(serde::de::Error::duplicate_field("problem"));
                            }
                            problem__ = Some(map_.next_value()?);
                        }
                        GeneratedField::RootHash => {
                            if root_hash__.is_some() {
                                return Err(serde::de::Error::duplicate_field("rootHash"));
                            }
                            root_hash__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(VerifyProgress {
                    records_done: records_done__.unwrap_or_default(),
                    records_total: records_total__.unwrap_or_default(),
                    finished: finished__.unwrap_or_default(),
                    ok: ok__.unwrap_or_default(),
                    problem: problem__.unwrap_or_default(),
                    root_hash: root_hash__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.VerifyProgress", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for VerifyRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.VerifyRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for VerifyRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = VerifyRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.VerifyRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<VerifyRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                    }
                }
                Ok(VerifyRequest {
                    scope: scope__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.VerifyRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WatchRunRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.run_id.is_empty() {
            len += 1;
        }
        if self.after_seq != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.WatchRunRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.run_id.is_empty() {
            struct_ser.serialize_field("runId", &self.run_id)?;
        }
        if self.after_seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("afterSeq", ToString::to_string(&self.after_seq).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WatchRunRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "run_id",
            "runId",
            "after_seq",
            "afterSeq",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            RunId,
            AfterSeq,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "runId" | "run_id" => Ok(GeneratedField::RunId),
                            "afterSeq" | "after_seq" => Ok(GeneratedField::AfterSeq),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WatchRunRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.WatchRunRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WatchRunRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut run_id__ = None;
                let mut after_seq__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::RunId => {
                            if run_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runId"));
                            }
                            run_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::AfterSeq => {
                            if after_seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("afterSeq"));
                            }
                            after_seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(WatchRunRequest {
                    scope: scope__,
                    run_id: run_id__.unwrap_or_default(),
                    after_seq: after_seq__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.WatchRunRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WatchRunResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.seq != 0 {
            len += 1;
        }
        if self.run.is_some() {
            len += 1;
        }
        if !self.entries.is_empty() {
            len += 1;
        }
        if self.last {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.WatchRunResponse", len)?;
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        if let Some(v) = self.run.as_ref() {
            struct_ser.serialize_field("run", v)?;
        }
        if !self.entries.is_empty() {
            struct_ser.serialize_field("entries", &self.entries)?;
        }
        if self.last {
            struct_ser.serialize_field("last", &self.last)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WatchRunResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "seq",
            "run",
            "entries",
            "last",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Seq,
            Run,
            Entries,
            Last,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "seq" => Ok(GeneratedField::Seq),
                            "run" => Ok(GeneratedField::Run),
                            "entries" => Ok(GeneratedField::Entries),
                            "last" => Ok(GeneratedField::Last),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WatchRunResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.WatchRunResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WatchRunResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut seq__ = None;
                let mut run__ = None;
                let mut entries__ = None;
                let mut last__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Run => {
                            if run__.is_some() {
                                return Err(serde::de::Error::duplicate_field("run"));
                            }
                            run__ = map_.next_value()?;
                        }
                        GeneratedField::Entries => {
                            if entries__.is_some() {
                                return Err(serde::de::Error::duplicate_field("entries"));
                            }
                            entries__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Last => {
                            if last__.is_some() {
                                return Err(serde::de::Error::duplicate_field("last"));
                            }
                            last__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(WatchRunResponse {
                    seq: seq__.unwrap_or_default(),
                    run: run__,
                    entries: entries__.unwrap_or_default(),
                    last: last__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.WatchRunResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WatchRunsRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if self.after_seq != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.WatchRunsRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if self.after_seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("afterSeq", ToString::to_string(&self.after_seq).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WatchRunsRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "after_seq",
            "afterSeq",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            AfterSeq,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "afterSeq" | "after_seq" => Ok(GeneratedField::AfterSeq),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WatchRunsRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.WatchRunsRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WatchRunsRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut after_seq__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::AfterSeq => {
                            if after_seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("afterSeq"));
                            }
                            after_seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(WatchRunsRequest {
                    scope: scope__,
                    after_seq: after_seq__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.WatchRunsRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WatchRunsResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.seq != 0 {
            len += 1;
        }
        if !self.runs.is_empty() {
            len += 1;
        }
        if self.reset {
            len += 1;
        }
        if self.total != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.WatchRunsResponse", len)?;
        if self.seq != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("seq", ToString::to_string(&self.seq).as_str())?;
        }
        if !self.runs.is_empty() {
            struct_ser.serialize_field("runs", &self.runs)?;
        }
        if self.reset {
            struct_ser.serialize_field("reset", &self.reset)?;
        }
        if self.total != 0 {
            #[allow(clippy::needless_borrow)]
            #[allow(clippy::needless_borrows_for_generic_args)]
            struct_ser.serialize_field("total", ToString::to_string(&self.total).as_str())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WatchRunsResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "seq",
            "runs",
            "reset",
            "total",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Seq,
            Runs,
            Reset,
            Total,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "seq" => Ok(GeneratedField::Seq),
                            "runs" => Ok(GeneratedField::Runs),
                            "reset" => Ok(GeneratedField::Reset),
                            "total" => Ok(GeneratedField::Total),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WatchRunsResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.WatchRunsResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WatchRunsResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut seq__ = None;
                let mut runs__ = None;
                let mut reset__ = None;
                let mut total__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Seq => {
                            if seq__.is_some() {
                                return Err(serde::de::Error::duplicate_field("seq"));
                            }
                            seq__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Runs => {
                            if runs__.is_some() {
                                return Err(serde::de::Error::duplicate_field("runs"));
                            }
                            runs__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Reset => {
                            if reset__.is_some() {
                                return Err(serde::de::Error::duplicate_field("reset"));
                            }
                            reset__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Total => {
                            if total__.is_some() {
                                return Err(serde::de::Error::duplicate_field("total"));
                            }
                            total__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(WatchRunsResponse {
                    seq: seq__.unwrap_or_default(),
                    runs: runs__.unwrap_or_default(),
                    reset: reset__.unwrap_or_default(),
                    total: total__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.WatchRunsResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Welcome {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.worker_id.is_empty() {
            len += 1;
        }
        if self.lease_ttl_ms != 0 {
            len += 1;
        }
        if self.heartbeat_interval_ms != 0 {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Welcome", len)?;
        if !self.worker_id.is_empty() {
            struct_ser.serialize_field("workerId", &self.worker_id)?;
        }
        if self.lease_ttl_ms != 0 {
            struct_ser.serialize_field("leaseTtlMs", &self.lease_ttl_ms)?;
        }
        if self.heartbeat_interval_ms != 0 {
            struct_ser.serialize_field("heartbeatIntervalMs", &self.heartbeat_interval_ms)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Welcome {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "worker_id",
            "workerId",
            "lease_ttl_ms",
            "leaseTtlMs",
            "heartbeat_interval_ms",
            "heartbeatIntervalMs",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            WorkerId,
            LeaseTtlMs,
            HeartbeatIntervalMs,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workerId" | "worker_id" => Ok(GeneratedField::WorkerId),
                            "leaseTtlMs" | "lease_ttl_ms" => Ok(GeneratedField::LeaseTtlMs),
                            "heartbeatIntervalMs" | "heartbeat_interval_ms" => Ok(GeneratedField::HeartbeatIntervalMs),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Welcome;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Welcome")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Welcome, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut worker_id__ = None;
                let mut lease_ttl_ms__ = None;
                let mut heartbeat_interval_ms__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::WorkerId => {
                            if worker_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workerId"));
                            }
                            worker_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LeaseTtlMs => {
                            if lease_ttl_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("leaseTtlMs"));
                            }
                            lease_ttl_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::HeartbeatIntervalMs => {
                            if heartbeat_interval_ms__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heartbeatIntervalMs"));
                            }
                            heartbeat_interval_ms__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                    }
                }
                Ok(Welcome {
                    worker_id: worker_id__.unwrap_or_default(),
                    lease_ttl_ms: lease_ttl_ms__.unwrap_or_default(),
                    heartbeat_interval_ms: heartbeat_interval_ms__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Welcome", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WhoAmIRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.WhoAmIRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WhoAmIRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WhoAmIRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.WhoAmIRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WhoAmIRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                    }
                }
                Ok(WhoAmIRequest {
                    scope: scope__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.WhoAmIRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WhoAmIResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.principal.is_empty() {
            len += 1;
        }
        if !self.display_name.is_empty() {
            len += 1;
        }
        if !self.roles.is_empty() {
            len += 1;
        }
        if self.scope.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.WhoAmIResponse", len)?;
        if !self.principal.is_empty() {
            struct_ser.serialize_field("principal", &self.principal)?;
        }
        if !self.display_name.is_empty() {
            struct_ser.serialize_field("displayName", &self.display_name)?;
        }
        if !self.roles.is_empty() {
            struct_ser.serialize_field("roles", &self.roles)?;
        }
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WhoAmIResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "principal",
            "display_name",
            "displayName",
            "roles",
            "scope",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Principal,
            DisplayName,
            Roles,
            Scope,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "principal" => Ok(GeneratedField::Principal),
                            "displayName" | "display_name" => Ok(GeneratedField::DisplayName),
                            "roles" => Ok(GeneratedField::Roles),
                            "scope" => Ok(GeneratedField::Scope),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WhoAmIResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.WhoAmIResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WhoAmIResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut principal__ = None;
                let mut display_name__ = None;
                let mut roles__ = None;
                let mut scope__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Principal => {
                            if principal__.is_some() {
                                return Err(serde::de::Error::duplicate_field("principal"));
                            }
                            principal__ = Some(map_.next_value()?);
                        }
                        GeneratedField::DisplayName => {
                            if display_name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("displayName"));
                            }
                            display_name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Roles => {
                            if roles__.is_some() {
                                return Err(serde::de::Error::duplicate_field("roles"));
                            }
                            roles__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                    }
                }
                Ok(WhoAmIResponse {
                    principal: principal__.unwrap_or_default(),
                    display_name: display_name__.unwrap_or_default(),
                    roles: roles__.unwrap_or_default(),
                    scope: scope__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.WhoAmIResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WorkOrder {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.order.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.WorkOrder", len)?;
        if let Some(v) = self.order.as_ref() {
            match v {
                work_order::Order::Welcome(v) => {
                    struct_ser.serialize_field("welcome", v)?;
                }
                work_order::Order::Start(v) => {
                    struct_ser.serialize_field("start", v)?;
                }
                work_order::Order::Stop(v) => {
                    struct_ser.serialize_field("stop", v)?;
                }
            }
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WorkOrder {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "welcome",
            "start",
            "stop",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Welcome,
            Start,
            Stop,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "welcome" => Ok(GeneratedField::Welcome),
                            "start" => Ok(GeneratedField::Start),
                            "stop" => Ok(GeneratedField::Stop),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WorkOrder;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.WorkOrder")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WorkOrder, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut order__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Welcome => {
                            if order__.is_some() {
                                return Err(serde::de::Error::duplicate_field("welcome"));
                            }
                            order__ = map_.next_value::<::std::option::Option<_>>()?.map(work_order::Order::Welcome)
;
                        }
                        GeneratedField::Start => {
                            if order__.is_some() {
                                return Err(serde::de::Error::duplicate_field("start"));
                            }
                            order__ = map_.next_value::<::std::option::Option<_>>()?.map(work_order::Order::Start)
;
                        }
                        GeneratedField::Stop => {
                            if order__.is_some() {
                                return Err(serde::de::Error::duplicate_field("stop"));
                            }
                            order__ = map_.next_value::<::std::option::Option<_>>()?.map(work_order::Order::Stop)
;
                        }
                    }
                }
                Ok(WorkOrder {
                    order: order__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.WorkOrder", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WorkRequest {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.worker_id.is_empty() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if self.capacity != 0 {
            len += 1;
        }
        if !self.executors.is_empty() {
            len += 1;
        }
        if !self.held_tokens.is_empty() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.WorkRequest", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.worker_id.is_empty() {
            struct_ser.serialize_field("workerId", &self.worker_id)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if self.capacity != 0 {
            struct_ser.serialize_field("capacity", &self.capacity)?;
        }
        if !self.executors.is_empty() {
            struct_ser.serialize_field("executors", &self.executors)?;
        }
        if !self.held_tokens.is_empty() {
            struct_ser.serialize_field("heldTokens", &self.held_tokens.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WorkRequest {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "worker_id",
            "workerId",
            "name",
            "capacity",
            "executors",
            "held_tokens",
            "heldTokens",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            WorkerId,
            Name,
            Capacity,
            Executors,
            HeldTokens,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "workerId" | "worker_id" => Ok(GeneratedField::WorkerId),
                            "name" => Ok(GeneratedField::Name),
                            "capacity" => Ok(GeneratedField::Capacity),
                            "executors" => Ok(GeneratedField::Executors),
                            "heldTokens" | "held_tokens" => Ok(GeneratedField::HeldTokens),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WorkRequest;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.WorkRequest")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WorkRequest, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut worker_id__ = None;
                let mut name__ = None;
                let mut capacity__ = None;
                let mut executors__ = None;
                let mut held_tokens__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::WorkerId => {
                            if worker_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workerId"));
                            }
                            worker_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Capacity => {
                            if capacity__.is_some() {
                                return Err(serde::de::Error::duplicate_field("capacity"));
                            }
                            capacity__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Executors => {
                            if executors__.is_some() {
                                return Err(serde::de::Error::duplicate_field("executors"));
                            }
                            executors__ = Some(map_.next_value()?);
                        }
                        GeneratedField::HeldTokens => {
                            if held_tokens__.is_some() {
                                return Err(serde::de::Error::duplicate_field("heldTokens"));
                            }
                            held_tokens__ = 
                                Some(map_.next_value::<Vec<::pbjson::private::NumberDeserialize<_>>>()?
                                    .into_iter().map(|x| x.0).collect())
                            ;
                        }
                    }
                }
                Ok(WorkRequest {
                    scope: scope__,
                    worker_id: worker_id__.unwrap_or_default(),
                    name: name__.unwrap_or_default(),
                    capacity: capacity__.unwrap_or_default(),
                    executors: executors__.unwrap_or_default(),
                    held_tokens: held_tokens__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.WorkRequest", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Worker {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.worker_id.is_empty() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if self.capacity != 0 {
            len += 1;
        }
        if self.leases != 0 {
            len += 1;
        }
        if !self.executors.is_empty() {
            len += 1;
        }
        if self.connected {
            len += 1;
        }
        if self.last_seen_at.is_some() {
            len += 1;
        }
        if self.in_process {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Worker", len)?;
        if !self.worker_id.is_empty() {
            struct_ser.serialize_field("workerId", &self.worker_id)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if self.capacity != 0 {
            struct_ser.serialize_field("capacity", &self.capacity)?;
        }
        if self.leases != 0 {
            struct_ser.serialize_field("leases", &self.leases)?;
        }
        if !self.executors.is_empty() {
            struct_ser.serialize_field("executors", &self.executors)?;
        }
        if self.connected {
            struct_ser.serialize_field("connected", &self.connected)?;
        }
        if let Some(v) = self.last_seen_at.as_ref() {
            struct_ser.serialize_field("lastSeenAt", v)?;
        }
        if self.in_process {
            struct_ser.serialize_field("inProcess", &self.in_process)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Worker {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "worker_id",
            "workerId",
            "name",
            "capacity",
            "leases",
            "executors",
            "connected",
            "last_seen_at",
            "lastSeenAt",
            "in_process",
            "inProcess",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            WorkerId,
            Name,
            Capacity,
            Leases,
            Executors,
            Connected,
            LastSeenAt,
            InProcess,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workerId" | "worker_id" => Ok(GeneratedField::WorkerId),
                            "name" => Ok(GeneratedField::Name),
                            "capacity" => Ok(GeneratedField::Capacity),
                            "leases" => Ok(GeneratedField::Leases),
                            "executors" => Ok(GeneratedField::Executors),
                            "connected" => Ok(GeneratedField::Connected),
                            "lastSeenAt" | "last_seen_at" => Ok(GeneratedField::LastSeenAt),
                            "inProcess" | "in_process" => Ok(GeneratedField::InProcess),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Worker;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Worker")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Worker, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut worker_id__ = None;
                let mut name__ = None;
                let mut capacity__ = None;
                let mut leases__ = None;
                let mut executors__ = None;
                let mut connected__ = None;
                let mut last_seen_at__ = None;
                let mut in_process__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::WorkerId => {
                            if worker_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workerId"));
                            }
                            worker_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Capacity => {
                            if capacity__.is_some() {
                                return Err(serde::de::Error::duplicate_field("capacity"));
                            }
                            capacity__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Leases => {
                            if leases__.is_some() {
                                return Err(serde::de::Error::duplicate_field("leases"));
                            }
                            leases__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::Executors => {
                            if executors__.is_some() {
                                return Err(serde::de::Error::duplicate_field("executors"));
                            }
                            executors__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Connected => {
                            if connected__.is_some() {
                                return Err(serde::de::Error::duplicate_field("connected"));
                            }
                            connected__ = Some(map_.next_value()?);
                        }
                        GeneratedField::LastSeenAt => {
                            if last_seen_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("lastSeenAt"));
                            }
                            last_seen_at__ = map_.next_value()?;
                        }
                        GeneratedField::InProcess => {
                            if in_process__.is_some() {
                                return Err(serde::de::Error::duplicate_field("inProcess"));
                            }
                            in_process__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(Worker {
                    worker_id: worker_id__.unwrap_or_default(),
                    name: name__.unwrap_or_default(),
                    capacity: capacity__.unwrap_or_default(),
                    leases: leases__.unwrap_or_default(),
                    executors: executors__.unwrap_or_default(),
                    connected: connected__.unwrap_or_default(),
                    last_seen_at: last_seen_at__,
                    in_process: in_process__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Worker", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for Workflow {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if self.scope.is_some() {
            len += 1;
        }
        if !self.name.is_empty() {
            len += 1;
        }
        if !self.version.is_empty() {
            len += 1;
        }
        if !self.digest.is_empty() {
            len += 1;
        }
        if !self.description.is_empty() {
            len += 1;
        }
        if !self.manifest_json.is_empty() {
            len += 1;
        }
        if self.task_count != 0 {
            len += 1;
        }
        if !self.published_by.is_empty() {
            len += 1;
        }
        if self.published_at.is_some() {
            len += 1;
        }
        if !self.decision_id.is_empty() {
            len += 1;
        }
        if self.state != 0 {
            len += 1;
        }
        if self.notice.is_some() {
            len += 1;
        }
        if self.provenance.is_some() {
            len += 1;
        }
        if self.receipt.is_some() {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.Workflow", len)?;
        if let Some(v) = self.scope.as_ref() {
            struct_ser.serialize_field("scope", v)?;
        }
        if !self.name.is_empty() {
            struct_ser.serialize_field("name", &self.name)?;
        }
        if !self.version.is_empty() {
            struct_ser.serialize_field("version", &self.version)?;
        }
        if !self.digest.is_empty() {
            struct_ser.serialize_field("digest", &self.digest)?;
        }
        if !self.description.is_empty() {
            struct_ser.serialize_field("description", &self.description)?;
        }
        if !self.manifest_json.is_empty() {
            struct_ser.serialize_field("manifestJson", &self.manifest_json)?;
        }
        if self.task_count != 0 {
            struct_ser.serialize_field("taskCount", &self.task_count)?;
        }
        if !self.published_by.is_empty() {
            struct_ser.serialize_field("publishedBy", &self.published_by)?;
        }
        if let Some(v) = self.published_at.as_ref() {
            struct_ser.serialize_field("publishedAt", v)?;
        }
        if !self.decision_id.is_empty() {
            struct_ser.serialize_field("decisionId", &self.decision_id)?;
        }
        if self.state != 0 {
            let v = WorkflowState::try_from(self.state)
                .map_err(|_| serde::ser::Error::custom(format!("Invalid variant {}", self.state)))?;
            struct_ser.serialize_field("state", &v)?;
        }
        if let Some(v) = self.notice.as_ref() {
            struct_ser.serialize_field("notice", v)?;
        }
        if let Some(v) = self.provenance.as_ref() {
            struct_ser.serialize_field("provenance", v)?;
        }
        if let Some(v) = self.receipt.as_ref() {
            struct_ser.serialize_field("receipt", v)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for Workflow {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "scope",
            "name",
            "version",
            "digest",
            "description",
            "manifest_json",
            "manifestJson",
            "task_count",
            "taskCount",
            "published_by",
            "publishedBy",
            "published_at",
            "publishedAt",
            "decision_id",
            "decisionId",
            "state",
            "notice",
            "provenance",
            "receipt",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Scope,
            Name,
            Version,
            Digest,
            Description,
            ManifestJson,
            TaskCount,
            PublishedBy,
            PublishedAt,
            DecisionId,
            State,
            Notice,
            Provenance,
            Receipt,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "scope" => Ok(GeneratedField::Scope),
                            "name" => Ok(GeneratedField::Name),
                            "version" => Ok(GeneratedField::Version),
                            "digest" => Ok(GeneratedField::Digest),
                            "description" => Ok(GeneratedField::Description),
                            "manifestJson" | "manifest_json" => Ok(GeneratedField::ManifestJson),
                            "taskCount" | "task_count" => Ok(GeneratedField::TaskCount),
                            "publishedBy" | "published_by" => Ok(GeneratedField::PublishedBy),
                            "publishedAt" | "published_at" => Ok(GeneratedField::PublishedAt),
                            "decisionId" | "decision_id" => Ok(GeneratedField::DecisionId),
                            "state" => Ok(GeneratedField::State),
                            "notice" => Ok(GeneratedField::Notice),
                            "provenance" => Ok(GeneratedField::Provenance),
                            "receipt" => Ok(GeneratedField::Receipt),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = Workflow;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.Workflow")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<Workflow, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut scope__ = None;
                let mut name__ = None;
                let mut version__ = None;
                let mut digest__ = None;
                let mut description__ = None;
                let mut manifest_json__ = None;
                let mut task_count__ = None;
                let mut published_by__ = None;
                let mut published_at__ = None;
                let mut decision_id__ = None;
                let mut state__ = None;
                let mut notice__ = None;
                let mut provenance__ = None;
                let mut receipt__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Scope => {
                            if scope__.is_some() {
                                return Err(serde::de::Error::duplicate_field("scope"));
                            }
                            scope__ = map_.next_value()?;
                        }
                        GeneratedField::Name => {
                            if name__.is_some() {
                                return Err(serde::de::Error::duplicate_field("name"));
                            }
                            name__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Version => {
                            if version__.is_some() {
                                return Err(serde::de::Error::duplicate_field("version"));
                            }
                            version__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Digest => {
                            if digest__.is_some() {
                                return Err(serde::de::Error::duplicate_field("digest"));
                            }
                            digest__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Description => {
                            if description__.is_some() {
                                return Err(serde::de::Error::duplicate_field("description"));
                            }
                            description__ = Some(map_.next_value()?);
                        }
                        GeneratedField::ManifestJson => {
                            if manifest_json__.is_some() {
                                return Err(serde::de::Error::duplicate_field("manifestJson"));
                            }
                            manifest_json__ = Some(map_.next_value()?);
                        }
                        GeneratedField::TaskCount => {
                            if task_count__.is_some() {
                                return Err(serde::de::Error::duplicate_field("taskCount"));
                            }
                            task_count__ = 
                                Some(map_.next_value::<::pbjson::private::NumberDeserialize<_>>()?.0)
                            ;
                        }
                        GeneratedField::PublishedBy => {
                            if published_by__.is_some() {
                                return Err(serde::de::Error::duplicate_field("publishedBy"));
                            }
                            published_by__ = Some(map_.next_value()?);
                        }
                        GeneratedField::PublishedAt => {
                            if published_at__.is_some() {
                                return Err(serde::de::Error::duplicate_field("publishedAt"));
                            }
                            published_at__ = map_.next_value()?;
                        }
                        GeneratedField::DecisionId => {
                            if decision_id__.is_some() {
                                return Err(serde::de::Error::duplicate_field("decisionId"));
                            }
                            decision_id__ = Some(map_.next_value()?);
                        }
                        GeneratedField::State => {
                            if state__.is_some() {
                                return Err(serde::de::Error::duplicate_field("state"));
                            }
                            state__ = Some(map_.next_value::<WorkflowState>()? as i32);
                        }
                        GeneratedField::Notice => {
                            if notice__.is_some() {
                                return Err(serde::de::Error::duplicate_field("notice"));
                            }
                            notice__ = map_.next_value()?;
                        }
                        GeneratedField::Provenance => {
                            if provenance__.is_some() {
                                return Err(serde::de::Error::duplicate_field("provenance"));
                            }
                            provenance__ = map_.next_value()?;
                        }
                        GeneratedField::Receipt => {
                            if receipt__.is_some() {
                                return Err(serde::de::Error::duplicate_field("receipt"));
                            }
                            receipt__ = map_.next_value()?;
                        }
                    }
                }
                Ok(Workflow {
                    scope: scope__,
                    name: name__.unwrap_or_default(),
                    version: version__.unwrap_or_default(),
                    digest: digest__.unwrap_or_default(),
                    description: description__.unwrap_or_default(),
                    manifest_json: manifest_json__.unwrap_or_default(),
                    task_count: task_count__.unwrap_or_default(),
                    published_by: published_by__.unwrap_or_default(),
                    published_at: published_at__,
                    decision_id: decision_id__.unwrap_or_default(),
                    state: state__.unwrap_or_default(),
                    notice: notice__,
                    provenance: provenance__,
                    receipt: receipt__,
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.Workflow", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WorkflowLifecycleResponse {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        use serde::ser::SerializeStruct;
        let mut len = 0;
        if !self.workflows.is_empty() {
            len += 1;
        }
        if self.changed {
            len += 1;
        }
        let mut struct_ser = serializer.serialize_struct("conductor.v1.WorkflowLifecycleResponse", len)?;
        if !self.workflows.is_empty() {
            struct_ser.serialize_field("workflows", &self.workflows)?;
        }
        if self.changed {
            struct_ser.serialize_field("changed", &self.changed)?;
        }
        struct_ser.end()
    }
}
impl<'de> serde::Deserialize<'de> for WorkflowLifecycleResponse {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "workflows",
            "changed",
        ];

        #[allow(clippy::enum_variant_names)]
        enum GeneratedField {
            Workflows,
            Changed,
        }
        impl<'de> serde::Deserialize<'de> for GeneratedField {
            fn deserialize<D>(deserializer: D) -> std::result::Result<GeneratedField, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                struct GeneratedVisitor;

                impl serde::de::Visitor<'_> for GeneratedVisitor {
                    type Value = GeneratedField;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        write!(formatter, "expected one of: {:?}", &FIELDS)
                    }

                    #[allow(unused_variables)]
                    fn visit_str<E>(self, value: &str) -> std::result::Result<GeneratedField, E>
                    where
                        E: serde::de::Error,
                    {
                        match value {
                            "workflows" => Ok(GeneratedField::Workflows),
                            "changed" => Ok(GeneratedField::Changed),
                            _ => Err(serde::de::Error::unknown_field(value, FIELDS)),
                        }
                    }
                }
                deserializer.deserialize_identifier(GeneratedVisitor)
            }
        }
        struct GeneratedVisitor;
        impl<'de> serde::de::Visitor<'de> for GeneratedVisitor {
            type Value = WorkflowLifecycleResponse;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("struct conductor.v1.WorkflowLifecycleResponse")
            }

            fn visit_map<V>(self, mut map_: V) -> std::result::Result<WorkflowLifecycleResponse, V::Error>
                where
                    V: serde::de::MapAccess<'de>,
            {
                let mut workflows__ = None;
                let mut changed__ = None;
                while let Some(k) = map_.next_key()? {
                    match k {
                        GeneratedField::Workflows => {
                            if workflows__.is_some() {
                                return Err(serde::de::Error::duplicate_field("workflows"));
                            }
                            workflows__ = Some(map_.next_value()?);
                        }
                        GeneratedField::Changed => {
                            if changed__.is_some() {
                                return Err(serde::de::Error::duplicate_field("changed"));
                            }
                            changed__ = Some(map_.next_value()?);
                        }
                    }
                }
                Ok(WorkflowLifecycleResponse {
                    workflows: workflows__.unwrap_or_default(),
                    changed: changed__.unwrap_or_default(),
                })
            }
        }
        deserializer.deserialize_struct("conductor.v1.WorkflowLifecycleResponse", FIELDS, GeneratedVisitor)
    }
}
impl serde::Serialize for WorkflowState {
    #[allow(deprecated)]
    fn serialize<S>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error>
    where
        S: serde::Serializer,
    {
        let variant = match self {
            Self::Unspecified => "WORKFLOW_STATE_UNSPECIFIED",
            Self::Published => "WORKFLOW_STATE_PUBLISHED",
            Self::Deprecated => "WORKFLOW_STATE_DEPRECATED",
            Self::Retired => "WORKFLOW_STATE_RETIRED",
        };
        serializer.serialize_str(variant)
    }
}
impl<'de> serde::Deserialize<'de> for WorkflowState {
    #[allow(deprecated)]
    fn deserialize<D>(deserializer: D) -> std::result::Result<Self, D::Error>
    where
        D: serde::Deserializer<'de>,
    {
        const FIELDS: &[&str] = &[
            "WORKFLOW_STATE_UNSPECIFIED",
            "WORKFLOW_STATE_PUBLISHED",
            "WORKFLOW_STATE_DEPRECATED",
            "WORKFLOW_STATE_RETIRED",
        ];

        struct GeneratedVisitor;

        impl serde::de::Visitor<'_> for GeneratedVisitor {
            type Value = WorkflowState;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "expected one of: {:?}", &FIELDS)
            }

            fn visit_i64<E>(self, v: i64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Signed(v), &self)
                    })
            }

            fn visit_u64<E>(self, v: u64) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                i32::try_from(v)
                    .ok()
                    .and_then(|x| x.try_into().ok())
                    .ok_or_else(|| {
                        serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(v), &self)
                    })
            }

            fn visit_str<E>(self, value: &str) -> std::result::Result<Self::Value, E>
            where
                E: serde::de::Error,
            {
                match value {
                    "WORKFLOW_STATE_UNSPECIFIED" => Ok(WorkflowState::Unspecified),
                    "WORKFLOW_STATE_PUBLISHED" => Ok(WorkflowState::Published),
                    "WORKFLOW_STATE_DEPRECATED" => Ok(WorkflowState::Deprecated),
                    "WORKFLOW_STATE_RETIRED" => Ok(WorkflowState::Retired),
                    _ => Err(serde::de::Error::unknown_variant(value, FIELDS)),
                }
            }
        }
        deserializer.deserialize_any(GeneratedVisitor)
    }
}
