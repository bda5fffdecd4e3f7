using System.Buffers.Text;
using System.Security.Cryptography;
using Gatehouse.Keys;
using Gatehouse.Products;
using Gatehouse.Users;

namespace Gatehouse.Local.Demo;

/// <summary>Where the demo is kept and called.</summary>
/// <param name="DataFolder">The data folder of local/Host.</param>
/// <param name="Url">The URL of the API.</param>
internal sealed record DemoPlace(string DataFolder, string Url);

/// <summary>
/// Users, a client and products to try the API with, made at the first start, before the first request. Passwords are
/// random. Users who exist already stay as they are.
/// </summary>
internal sealed class DemoData(
    DemoPlace place,
    IUserStore users,
    IProductStore products,
    PasswordHashing passwordHashing,
    FileSecretSource secrets,
    TimeProvider time) : IHostedLifecycleService
{
    public const string ClientId = "demo-client";

    private const string ClientSecret = "CLIENT_SECRET";

    private const int PasswordBytes = 24;
    private static readonly string[] Roles = ["viewer", "editor", "admin"];

    private IReadOnlyDictionary<string, string>? _draft;
    private Dictionary<string, string>? _secrets;
    private Task<string[]> _hashing = Task.FromResult<string[]>([]);

    /// <summary>The file with the passwords.</summary>
    public DemoFile File { get; } = new(Path.Combine(place.DataFolder, "demo.env"));

    /// <summary>Whether this start made the data.</summary>
    public bool IsNew { get; private set; }

    /// <summary>Starts hashing, which keeps one core busy for half a second while another makes the database and the key.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists)
        {
            _draft = File.ReadDraft();
            _secrets = Roles.Select(PasswordOf).Append(ClientSecret).ToDictionary(static name => name, name => _draft?.GetValueOrDefault(name) ?? CreateSecret());
            _hashing = Task.WhenAll(Roles.Select(role => passwordHashing.HashAsync(_secrets[PasswordOf(role)], cancellationToken)));
        }

        return Task.CompletedTask;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_secrets is null)
        {
            return;
        }

        // The secrets first: if this start is interrupted, the next one goes on with them.
        await DraftAsync(cancellationToken);
        await secrets.AddVersionAsync(ClientId, _secrets[ClientSecret], "text/plain", cancellationToken);
        await AddProductsAsync(cancellationToken);
        foreach (var (role, hash) in Roles.Zip(await _hashing))
        {
            if (!await TryAddUserAsync(role, hash, cancellationToken) && _draft?.ContainsKey(PasswordOf(role)) is not true)
            {
                // The user is not of the demo, and keeps the password.
                _secrets.Remove(PasswordOf(role));
            }
        }

        await DraftAsync(cancellationToken);
        File.Publish();
        IsNew = true;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string CreateSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(PasswordBytes));

    private static string PasswordOf(string role) => $"{role.ToUpperInvariant()}_PASSWORD";

    private Task DraftAsync(CancellationToken cancellationToken) =>
        File.DraftAsync(place.Url, [.. _secrets!, new("CLIENT_ID", ClientId)], cancellationToken);

    private async Task<bool> TryAddUserAsync(string role, string hash, CancellationToken cancellationToken)
    {
        _ = UserName.TryParse(role, out var name);
        var user = new User
        {
            Id = Guid.NewGuid().ToString("N"),
            Name = name,
            PasswordHash = hash,
            Roles = [role],
            CreatedAt = time.GetUtcNow(),
        };
        return await users.TryAddAsync(user, cancellationToken) is not null;
    }

    private async Task AddProductsAsync(CancellationToken cancellationToken)
    {
        if ((await products.ListAsync(new ProductQuery(PageSize: 1, After: null, Category: null, Search: null), cancellationToken)).Items.Count > 0)
        {
            return;
        }

        foreach (var product in DemoProducts.Create(time.GetUtcNow()))
        {
            await products.AddAsync(product, cancellationToken);
        }
    }
}
