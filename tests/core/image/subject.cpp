// A small real program with symbols, DWARF and notes: the hostile tests change its bytes.
// SPDX-License-Identifier: GPL-3.0-or-later
namespace {

struct Point {
    int x;
    int y;
};

Point points[8] = {{1, 2}, {3, 4}};

template <typename T>
T sum(const T* values, int count)
{
    static int calls;
    ++calls;
    T total{};
    for (int i = 0; i < count; ++i) {
        total += values[i];
    }
    return total + static_cast<T>(calls);
}

} // namespace

int main(int argc, char** /*argv*/)
{
    const int values[] = {argc, points[0].x, points[1].y};
    return sum(values, 3) == 0 ? 1 : 0;
}
