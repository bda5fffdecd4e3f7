using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gatehouse.Protection.Http;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Tests.Integration.KeyVault;

/// <summary>
/// A Key Vault on this machine: the part of the REST contract (secrets, version 7) that reading and writing secrets needs,
/// over HTTPS with a certificate of its own, with the faults that a real one has.
/// </summary>
internal sealed class KeyVaultServer : IAsyncDisposable
{
    public const string AccessToken = "a-token-for-the-vault";

    private readonly WebApplication _web;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<KeyVaultSecretVersion>> _secrets = new(StringComparer.OrdinalIgnoreCase);
    private int _lists;
    private int _gets;

    private KeyVaultServer(WebApplication web, TimeProvider time, X509Certificate2 certificate)
    {
        _web = web;
        _time = time;
        Certificate = certificate;
    }

    public X509Certificate2 Certificate { get; }

    public Uri Uri => new(_web.Urls.First());

    /// <summary>How many pages of version lists were given out.</summary>
    public int Lists => _lists;

    /// <summary>How many values were asked for.</summary>
    public int Gets => _gets;

    /// <summary>Whether whoever asks may write too.</summary>
    public bool IsWritable { get; set; } = true;

    /// <summary>Whether the secret was deleted and not purged: its name is taken.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>What it does instead of answering; null for answering.</summary>
    public Func<HttpContext, Task>? Fault { get; set; }

    public static async Task<KeyVaultServer> StartAsync(TimeProvider time)
    {
        var certificate = CreateCertificate();
        var builder = LoopbackServer.CreateBuilder(certificate);
        var server = new KeyVaultServer(builder.Build(), time, certificate);
        server._web.Run(server.AnswerAsync);
        await server._web.StartAsync();
        return server;
    }

    /// <summary>Adds a version, made at this moment.</summary>
    public KeyVaultSecretVersion Add(string name, string value, DateTimeOffset? notBefore = null, DateTimeOffset? expires = null)
    {
        var version = new KeyVaultSecretVersion(Guid.NewGuid().ToString("N"), value, _time.GetUtcNow()) { NotBefore = notBefore, Expires = expires };
        _secrets.GetOrAdd(name, static _ => []).Enqueue(version);
        return version;
    }

    /// <summary>The versions of a secret, the oldest first.</summary>
    public IReadOnlyCollection<KeyVaultSecretVersion> VersionsOf(string name) => _secrets.TryGetValue(name, out var versions) ? versions : [];

    /// <summary>Breaks the connection off before an answer.</summary>
    public void GoAway() => Fault = static context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>Gives one answer to everything.</summary>
    public void Answer(int status, string body, string? retryAfter = null) => Fault = context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.RetryAfter = retryAfter;
        return context.Response.WriteAsync(body);
    };

    /// <summary>Lists as ever, but does not give out the value of one version.</summary>
    public void FailValueOf(KeyVaultSecretVersion version, int status) => Fault = context =>
    {
        if (context.Request.Path.Value!.EndsWith(version.Name, StringComparison.Ordinal))
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }

        return AnswerByPathAsync(context);
    };

    /// <summary>Lets one request of a method fail, with all its repetitions, and answers everything else as ever.</summary>
    /// <param name="method">The method.</param>
    /// <param name="status">The status; null to break the connection off.</param>
    public void FailFirst(string method, int? status)
    {
        string? path = null;
        Fault = context =>
        {
            if (context.Request.Method != method || (path ??= context.Request.Path) != context.Request.Path)
            {
                return AnswerByPathAsync(context);
            }

            if (status is null)
            {
                context.Abort();
            }
            else
            {
                context.Response.StatusCode = status.Value;
            }

            return Task.CompletedTask;
        };
    }

    public void ComeBack() => Fault = null;

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        Certificate.Dispose();
    }

    /// <summary>A certificate that no authority vouches for.</summary>
    public static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != "Bearer " + AccessToken)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate =
                "Bearer authorization=\"https://login.microsoftonline.com/a-tenant\", resource=\"https://vault.azure.net\"";
            return;
        }

        if (Fault is { } fault)
        {
            await fault(context);
            return;
        }

        await AnswerByPathAsync(context);
    }

    private Task AnswerByPathAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path switch
        {
            _ when context.Request.Method is "PUT" or "PATCH" && !IsWritable => FailAsync(context, StatusCodes.Status403Forbidden, "Forbidden", "ForbiddenByRbac"),
            ["secrets", _] when context.Request.Method == "PUT" && IsDeleted => FailAsync(context, StatusCodes.Status409Conflict, "Conflict", "ObjectIsDeletedButRecoverable"),
            ["secrets", var name] when context.Request.Method == "PUT" => SetAsync(context, name),
            ["secrets", var name, var version] when context.Request.Method == "PATCH" => UpdateAsync(context, name, version),
            ["secrets", var name, "versions"] => ListAsync(context, name),
            ["secrets", var name, var version] => GetAsync(context, name, version),
            _ => FailAsync(context, StatusCodes.Status404NotFound, "NotFound", null),
        };
    }

    private Task ListAsync(HttpContext context, string name)
    {
        Interlocked.Increment(ref _lists);
        const int PageSize = 25;
        var skip = int.TryParse(context.Request.Query["$skiptoken"], out var given) ? given : 0;
        var versions = _secrets.TryGetValue(name, out var found) ? found.ToArray() : [];
        var next = skip + PageSize < versions.Length ? $"{Uri}secrets/{name}/versions?api-version=7.6&$skiptoken={skip + PageSize}" : null;
        return context.Response.WriteAsJsonAsync(new
        {
            value = versions.Skip(skip).Take(PageSize).Select(version => version.Describe(Uri, name, withValue: false)),
            nextLink = next,
        });
    }

    private Task GetAsync(HttpContext context, string name, string versionName)
    {
        Interlocked.Increment(ref _gets);
        var version = _secrets.TryGetValue(name, out var versions) ? versions.FirstOrDefault(entry => entry.Name == versionName) : null;
        return version switch
        {
            null => FailAsync(context, StatusCodes.Status404NotFound, "SecretNotFound", null),
            { Enabled: false } => FailAsync(context, StatusCodes.Status403Forbidden, "Forbidden", "SecretDisabled"),
            _ => context.Response.WriteAsJsonAsync(version.Describe(Uri, name, withValue: true)),
        };
    }

    private async Task SetAsync(HttpContext context, string name)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var attributes = body.RootElement.TryGetProperty("attributes", out var given) ? given : default;
        var version = new KeyVaultSecretVersion(Guid.NewGuid().ToString("N"), body.RootElement.GetProperty("value").GetString()!, _time.GetUtcNow())
        {
            NotBefore = ReadTime(attributes, "nbf"),
            Expires = ReadTime(attributes, "exp"),
            ContentType = body.RootElement.TryGetProperty("contentType", out var type) ? type.GetString() : null,
            Tags = body.RootElement.TryGetProperty("tags", out var tags) ? tags.Deserialize<Dictionary<string, string>>()! : new Dictionary<string, string>(),
        };
        _secrets.GetOrAdd(name, static _ => []).Enqueue(version);
        await context.Response.WriteAsJsonAsync(version.Describe(Uri, name, withValue: true));
    }

    private async Task UpdateAsync(HttpContext context, string name, string versionName)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        if (!_secrets.TryGetValue(name, out var versions) || versions.FirstOrDefault(entry => entry.Name == versionName) is not { } version)
        {
            await FailAsync(context, StatusCodes.Status404NotFound, "SecretNotFound", null);
            return;
        }

        if (body.RootElement.TryGetProperty("attributes", out var attributes) && attributes.TryGetProperty("enabled", out var enabled))
        {
            version.Enabled = enabled.GetBoolean();
        }

        await context.Response.WriteAsJsonAsync(version.Describe(Uri, name, withValue: false));
    }

    private static DateTimeOffset? ReadTime(JsonElement attributes, string name) =>
        attributes.ValueKind == JsonValueKind.Object && attributes.TryGetProperty(name, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64()) : null;

    private static Task FailAsync(HttpContext context, int status, string code, string? innerCode)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new
        {
            error = new { code, message = "Operation get is not allowed.", innererror = innerCode is null ? null : new { code = innerCode } },
        });
    }
}
