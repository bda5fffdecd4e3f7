using System.Text;
using System.Text.Json;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>JSON whose length the request announces: JsonContent is sent in chunks, and the Functions host drops such bodies.</summary>
internal static class SizedJson
{
    public static StringContent Create<T>(T value) => new(JsonSerializer.Serialize(value), Encoding.UTF8, "application/json");
}
