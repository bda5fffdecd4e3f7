using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Gatehouse.UserTool;

/// <summary>The API whose users are administered.</summary>
internal sealed class UserApi(HttpClient http, string? clientId, string? clientSecret, string? token) : IDisposable
{
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(1);

    private string? _token = token;

    public void Dispose() => http.Dispose();

    /// <summary>Reads all users, page by page.</summary>
    public async IAsyncEnumerable<JsonElement> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            using var response = await SendAsync(HttpMethod.Get, "users?pageSize=100" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"), null, cancellationToken);
            var page = await ReadAsync(response, cancellationToken);
            foreach (var user in page.GetProperty("items").EnumerateArray())
            {
                yield return user;
            }

            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
    }

    /// <summary>Adds a user. A fault of the user is in the result; every other one is thrown.</summary>
    public async Task<AddedUser> AddAsync(ArrivingUser user, IReadOnlyList<string> roles, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(new NewUserBody(user.Name, user.PasswordHash!, roles, user.IsEnabled), UserToolJsonContext.Default.NewUserBody);
        using var response = await SendAsync(HttpMethod.Post, "users", body, cancellationToken);
        switch (response.StatusCode)
        {
            case HttpStatusCode.Created:
                return new AddedUser((await ReadAsync(response, cancellationToken)).GetProperty("id").GetString(), IsThere: false, Fault: null);
            case HttpStatusCode.Conflict:
                return new AddedUser(null, IsThere: true, Fault: null);
            case HttpStatusCode.BadRequest or HttpStatusCode.Forbidden:
                return new AddedUser(null, IsThere: false, await ExplainAsync(response, cancellationToken));
            default:
                throw new UserToolException(await ExplainAsync(response, cancellationToken));
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.IsSuccessStatusCode
            ? await response.Content.ReadFromJsonAsync(UserToolJsonContext.Default.JsonElement, cancellationToken)
            : throw new UserToolException(await ExplainAsync(response, cancellationToken));

    // A problem document says what was wrong: in errors with the fields, or in detail.
    private static async Task<string> ExplainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var problem = await response.Content.ReadFromJsonAsync(UserToolJsonContext.Default.JsonElement, cancellationToken);
            return problem.TryGetProperty("errors", out var errors)
                ? string.Join(" ", errors.EnumerateObject().SelectMany(static field => field.Value.EnumerateArray().Select(message => $"{field.Name}: {message.GetString()}")))
                : problem.TryGetProperty("detail", out var detail) || problem.TryGetProperty("error_description", out detail) || problem.TryGetProperty("title", out detail)
                    ? detail.GetString()!
                    : $"The API answered {(int)response.StatusCode}.";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return $"{response.RequestMessage!.RequestUri} answered {(int)response.StatusCode}. Is it the URL of a Gatehouse API?";
        }
    }

    // A limit that is used up, and a busy instance, say when to come again. A token that has expired is renewed once.
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        var isRenewed = false;
        while (true)
        {
            var used = _token ??= await GetTokenAsync(cancellationToken);
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", used);
            var response = await http.SendAsync(request, cancellationToken);
            if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            {
                var pause = response.Headers.RetryAfter?.Delta ?? DefaultPause;
                response.Dispose();
                await Task.Delay(pause, cancellationToken);
            }
            else if (response.StatusCode == HttpStatusCode.Unauthorized && clientSecret is not null && !isRenewed)
            {
                response.Dispose();
                isRenewed = true;
                Interlocked.CompareExchange(ref _token, null, used);
            }
            else if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                response.Dispose();
                throw new UserToolException("The API does not accept the token, or no longer. Set GATEHOUSE_TOKEN to a new one and run the same command again; users who are there are skipped.");
            }
            else
            {
                return response;
            }
        }
    }

    private async Task<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        if (clientId is null || clientSecret is null)
        {
            throw new UserToolException("Set GATEHOUSE_CLIENT_ID and GATEHOUSE_CLIENT_SECRET, or GATEHOUSE_TOKEN to an access token.");
        }

        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", clientId), new("client_secret", clientSecret)]);
        using var response = await http.PostAsync("token", form, cancellationToken);
        return (await ReadAsync(response, cancellationToken)).GetProperty("access_token").GetString()!;
    }
}

/// <summary>The result of adding a user.</summary>
/// <param name="Id">The id of a new user.</param>
/// <param name="IsThere">Whether another user has the name.</param>
/// <param name="Fault">Why the API refused the user; null if it did not.</param>
internal sealed record AddedUser(string? Id, bool IsThere, string? Fault);
