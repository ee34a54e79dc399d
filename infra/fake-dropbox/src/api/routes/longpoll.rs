//! `files/list_folder/longpoll`.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::{
    task::spawn_blocking,
    time::{sleep, timeout},
};

use crate::{
    api::{caller::Caller, cursor::Cursor, failure::Failure, page},
    service::Service,
};

const SHORTEST: u32 = 30;
const LONGEST: u32 = 480;

/// Polling interval of the service's clock, which a test may advance.
const TICK: Duration = Duration::from_millis(100);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LongpollArg {
    cursor: String,
    #[serde(default = "shortest")]
    timeout: u32,
}

#[derive(Debug, Serialize)]
pub(crate) struct LongpollResult {
    changes: bool,
}

/// Waits until a listing has news, or for the requested time.
pub(crate) async fn longpoll(caller: Caller, arg: LongpollArg) -> Result<LongpollResult, Failure> {
    if !(SHORTEST..=LONGEST).contains(&arg.timeout) {
        let about = format!("timeout: {} is not within {SHORTEST} and {LONGEST}", arg.timeout);
        return Err(Failure::Argument(about));
    }
    let service = Arc::clone(&caller.service);
    // Subscribes before the first check, so that no change is missed.
    let (mut changes, mut stopping) = (service.changes(), service.stopping());
    let mut cursor = Cursor::decode(&arg.cursor, &caller)?;
    let mut over = std::pin::pin!(over(&service, arg.timeout));
    loop {
        let has_news;
        (cursor, has_news) = look(caller.clone(), cursor).await?;
        if has_news {
            return Ok(LongpollResult { changes: true });
        }
        tokio::select! {
            Ok(()) = changes.changed() => {}
            () = &mut over => return Ok(LongpollResult { changes: false }),
            _ = stopping.wait_for(|stopping| *stopping) => return Ok(LongpollResult { changes: false }),
        }
    }
}

/// Checks for news. Without any, the cursor advances to where that is known.
async fn look(caller: Caller, mut cursor: Cursor) -> Result<(Cursor, bool), Failure> {
    spawn_blocking(move || {
        let view = caller.view.clone();
        let caller = caller.looking_at(view)?;
        let has_news = !cursor.is_folder_there(&caller)? || page::has_news(&caller, &mut cursor)?;
        Ok((cursor, has_news))
    })
    .await?
}

/// Waits until the time is over, by the system clock or the service's, whichever is earlier.
async fn over(service: &Service, seconds: u32) {
    let end = service.clock.seconds() + i64::from(seconds);
    let by_the_service = async {
        while service.clock.seconds() < end {
            sleep(TICK).await;
        }
    };
    let _ = timeout(Duration::from_secs(seconds.into()), by_the_service).await;
}

fn shortest() -> u32 {
    SHORTEST
}
