//! Lists that come in pages.

use conductor_client::ClientError;

use super::failure::Failure;

/// Rows asked for at once.
pub(super) const PAGE_SIZE: u32 = 500;

/// Every row: `ask` is given a page's token, the first an empty one, and gives its rows and the
/// next one's.
///
/// # Errors
/// As the first page that can't be had.
pub(super) async fn all<T, F>(mut ask: impl FnMut(String) -> F) -> Result<Vec<T>, Failure>
where
    F: Future<Output = Result<(Vec<T>, String), ClientError>>,
{
    let (mut rows, mut token) = (Vec::new(), String::new());
    loop {
        let (page, next) = ask(token).await?;
        rows.extend(page);
        if next.is_empty() {
            return Ok(rows);
        }
        token = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_page_is_asked_for_once() {
        let ask = |token: String| async move {
            let page: u32 = token.parse().unwrap_or(0);
            let next = if page < 2 { (page + 1).to_string() } else { String::new() };
            Ok((vec![page * 10, page * 10 + 1], next))
        };
        assert_eq!(all(ask).await.unwrap(), [0, 1, 10, 11, 20, 21]);
    }
}
