using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protection.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>
/// Looks passwords up among those of known breaches (NIST SP 800-63B §3.1.1.2) without telling anyone the password: the
/// service gets the first five digits of its SHA-1, and answers with the other digits of all hashes that begin with them
/// (the range API of Have I Been Pwned).
/// </summary>
internal sealed class BreachedPasswords(IOptions<AuthenticationOptions> options, ProtectionMetrics metrics, TimeProvider time, ILogger<BreachedPasswords> logger) : IDisposable
{
    /// <summary>The longest wait for the service.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);

    private const int PrefixLength = 5;

    // A range has some 1 000 lines of 40 bytes.
    private const int MaxBytes = 256 * 1024;

    private readonly HttpClient? _http = options.Value.BreachedPasswordsUrl.Length == 0 ? null : CreateClient(metrics);

    /// <summary>
    /// Refuses a new password that is among them. Accepts every password when the setting names no service, and while the
    /// service doesn't answer: an outage there must keep nobody from changing a password.
    /// </summary>
    /// <param name="field">The field of the request that holds the password.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="BreachedPasswordException">The password is among them.</exception>
    public async Task RequireUnknownAsync(string field, string password, CancellationToken cancellationToken)
    {
        if (await ContainAsync(password, cancellationToken))
        {
            throw new BreachedPasswordException(field);
        }
    }

    public void Dispose() => _http?.Dispose();

    private async Task<bool> ContainAsync(string password, CancellationToken cancellationToken)
    {
        if (_http is null)
        {
            return false;
        }

#pragma warning disable CA5350 // The service's index is SHA-1. Nothing depends on its strength.
        var hash = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350
        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var url = new Uri($"{options.Value.BreachedPasswordsUrl.TrimEnd('/')}/{hash[..PrefixLength]}");
        try
        {
            return Holds(await _http.GetStringAsync(url, either.Token), hash[PrefixLength..]);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            logger.BreachedPasswordsUnavailable(exception, url.Host);
            return false;
        }
    }

    // A line is the rest of a hash, a colon and a count. Lines that only pad the answer have the count 0.
    private static bool Holds(string range, string rest)
    {
        foreach (var line in range.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(rest, StringComparison.OrdinalIgnoreCase) && line[rest.Length..] is [':', .. var count] && !count.Trim().SequenceEqual("0"))
            {
                return true;
            }
        }

        return false;
    }

    private static HttpClient CreateClient(ProtectionMetrics metrics)
    {
        // A redirect could lead to a host that the configuration does not allow.
        var network = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var http = new HttpClient(new DependencyHandler(new DependencyMeter(DependencyNames.BreachedPasswords, metrics), network))
        {
            MaxResponseContentBufferSize = MaxBytes,
            Timeout = Timeout.InfiniteTimeSpan,
        };

        // Padding hides from an observer of the network which range was asked for.
        http.DefaultRequestHeaders.Add("Add-Padding", "true");
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Gatehouse");
        return http;
    }
}

/// <summary>A new password is known from a breach.</summary>
/// <param name="field">The field of the request that holds it.</param>
internal sealed class BreachedPasswordException(string field) : Exception("This password is known from a breach of another service, so attackers try it. Choose another one.")
{
    public string Field { get; } = field;
}
